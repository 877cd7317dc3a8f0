import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { closest } from "../../closest.ts";
import { fault } from "../fault.ts";
import type { Environment, Host, Scope } from "./jinja/environment.ts";
import { charge, problem, scopeOf } from "./jinja/environment.ts";
import { renderText } from "./jinja/render.ts";
import { yamlValue } from "./yaml-value.ts";

/** A module as a template or an instance defines it. */
export type Module = { id: string; variables: readonly JsonObject[]; definition: Json };

export type Renderer = {
  /** A value with the templates in its texts and keys rendered, those that came of rendering included. */
  render(value: Json, scope: Scope, at: string): Json;
  /** A text rendered once, whatever it gives. */
  text(value: string, scope: Scope, at: string): string;
};

/** Rendered texts may hold templates again; more levels than this are Orca's limit too. */
const deepest = 5;
/** What one plan may take. */
const steps = 1_000_000;

/** `base` is what modules see: the application, the trigger and the defaults of the template's variables. */
export function createRenderer(modules: ReadonlyMap<string, Module>, base: Scope): Renderer {
  const budget = { left: steps };

  const deep = (value: Json, env: Environment, depth: number): Json => {
    if (depth >= deepest)
      throw problem(env, `renders templates in templates more than ${deepest} levels deep; break them up into modules`);
    if (typeof value === "string") {
      const made = yamlValue(renderText(value, env));
      if ("fault" in made) throw problem(env, made.fault);
      return typeof made.value === "object" && made.value !== null ? deep(made.value, env, depth + 1) : made.value;
    }
    if (Array.isArray(value)) return value.map((item) => deep(item, env, depth));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [keyText(deep(key, env, depth)), deep(item, env, depth)]),
    );
  };

  const host: Host = {
    deep: (value, env) => deep(value, env, 0),
    module(id, resolve, env) {
      const module = modules.get(id);
      if (module === undefined) {
        const near = closest(id, modules.keys());
        throw problem(
          env,
          `uses the module "${id}", which does not exist${near === null ? "" : `; did you mean "${near}"?`}`,
        );
      }
      const missing: string[] = [];
      const values = module.variables.flatMap((variable): [string, Json][] => {
        const name = String(variable["name"]);
        const value = resolve(name) ?? variable["defaultValue"] ?? null;
        if (value === null) missing.push(name);
        return value === null ? [] : [[name, value]];
      });
      if (missing.length > 0) throw problem(env, `uses the module "${id}" without ${missing.join(", ")}`);
      charge(env, 100);
      return deep(module.definition, { ...env, scope: scopeOf(base, Object.fromEntries(values)), tolerant: false }, 0);
    },
  };

  const environment = (scope: Scope, at: string): Environment => ({ scope, at, budget, tolerant: false, host });
  return {
    text: (value, scope, at) => renderText(value, environment(scope, at)),
    render(value, scope, at) {
      const env = environment(scope, at);
      try {
        return deep(value, env, 0);
      } catch (error) {
        if (error instanceof RangeError) throw fault(at, "renders modules in modules without an end");
        throw error;
      }
    },
  };
}

function keyText(key: Json): string {
  return typeof key === "string" ? key : JSON.stringify(key);
}
