import type { Resource, ResourceKind, Verb } from "@gennaker/contract/permission.ts";
import { resourceKinds, verbs } from "@gennaker/contract/permission.ts";
import type { Scope } from "./api.ts";
import { wildcard } from "./compile-policy.ts";

/** `*`, `read`, `execute:application`, `execute:application/shop-*`. Throws with the reason where it is none. */
export function readScope(text: string): Scope {
  const colon = text.indexOf(":");
  const verb = colon < 0 ? text : text.slice(0, colon);
  const resource = colon < 0 ? undefined : text.slice(colon + 1);
  const [kind, name] = resource === undefined ? ["*", undefined] : splitOnce(resource);
  const isVerb = verb === "*" || (verbs as readonly string[]).includes(verb);
  const isKind = kind === "*" || (resourceKinds as readonly string[]).includes(kind);
  if (!isVerb || !isKind || name === "") {
    throw new Error(`"${text}" is no scope; expected e.g. read, execute:application or execute:application/shop-*`);
  }
  return {
    verb: verb as Verb | "*",
    kind: kind as ResourceKind | "*",
    name: name === undefined || name === "*" ? null : wildcard(name),
  };
}

function splitOnce(resource: string): [kind: string, name: string | undefined] {
  const slash = resource.indexOf("/");
  return slash < 0 ? [resource, undefined] : [resource.slice(0, slash), resource.slice(slash + 1)];
}

/** Whether one of the scopes covers it. A scope for single names does not cover their kind as a whole. */
export function inScope(scopes: readonly Scope[], verb: Verb, { kind, name }: Resource): boolean {
  return scopes.some(
    (scope) =>
      (scope.verb === "*" || scope.verb === verb) &&
      (scope.kind === "*" || scope.kind === kind) &&
      (scope.name === null || (name !== null && scope.name(name.toLowerCase()))),
  );
}
