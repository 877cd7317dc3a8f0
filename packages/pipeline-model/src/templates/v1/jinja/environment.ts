import type { Json } from "@gennaker/contract/json.ts";
import type { TemplateFault } from "../../fault.ts";
import { fault } from "../../fault.ts";

/** What a text is rendered in. Scopes have no prototype, so that only variables can be named. */
export type Environment = {
  scope: Scope;
  /** Place of the text in the documents, for faults. */
  at: string;
  /** Steps left of one plan; shared by everything it renders. */
  budget: { left: number };
  /** A nullable variable was met: what has no value is empty text from here on. */
  tolerant: boolean;
  host: Host;
};

export type Scope = { readonly [name: string]: Json };

/** What tags and filters need beyond the text. */
export type Host = {
  /** The rendered definition of a module; `resolve` gives a variable's value where the tag stands, null for none. */
  module(id: string, resolve: (name: string) => Json, environment: Environment): Json;
  /** A value with the templates in it rendered. */
  deep(value: Json, environment: Environment): Json;
};

/** Builds a scope of variables, later ones over earlier ones. */
export function scopeOf(...layers: readonly Readonly<Record<string, Json>>[]): Scope {
  const scope: Record<string, Json> = Object.create(null);
  for (const layer of layers) for (const [name, value] of Object.entries(layer)) scope[name] = value;
  return scope;
}

/** Takes steps from the budget; a template that takes too many is a fault. */
export function charge(environment: Environment, steps = 1): void {
  environment.budget.left -= steps;
  if (environment.budget.left < 0) throw problem(environment, "takes too many steps to render; break the template up");
}

export function problem(environment: Environment, reason: string): TemplateFault {
  return fault(environment.at, reason);
}
