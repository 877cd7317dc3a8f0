import type { RequestFacts } from "./faults.ts";
import type { FakeKind } from "./types.ts";
import { kindKey } from "./types.ts";

export type ResourceRoute = {
  kind: FakeKind;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
};

/** `/apis/apps/v1/namespaces/shop/deployments/web/scale` → kind, namespace, name, subresource; null for anything else. */
export function readRoute(path: string, kinds: readonly FakeKind[]): ResourceRoute | null {
  const parts = path.split("/").slice(1).map(decodeURIComponent);
  const root = parts.shift();
  const group = root === "apis" ? parts.shift() : "";
  const version = parts.shift();
  if ((root !== "api" && root !== "apis") || version === undefined) return null;
  const inNamespace =
    parts[0] === "namespaces" && parts.length > 2 && !(parts.length === 3 && isNamespacePart(parts[2]));
  const namespace = inNamespace ? parts[1] : undefined;
  const [plural, name, subresource] = inNamespace ? parts.slice(2) : parts;
  const kind = kinds.find(
    (entry) =>
      entry.group === group &&
      entry.version === version &&
      entry.plural === plural &&
      (!inNamespace || entry.namespaced),
  );
  return kind === undefined ? null : { kind, namespace, name, subresource };
}

function isNamespacePart(part: string | undefined): boolean {
  return part === "status" || part === "finalize";
}

export function factsOf(input: {
  method: string;
  path: string;
  query: URLSearchParams;
  route: ResourceRoute | null;
  user: string;
}): RequestFacts {
  const { route } = input;
  return {
    verb: verbOf(input),
    resource: route === null ? "" : kindKey(route.kind),
    namespace: route?.namespace,
    name: route?.name,
    user: input.user,
    path: input.path,
  };
}

function verbOf(input: {
  method: string;
  path: string;
  query: URLSearchParams;
  route: ResourceRoute | null;
}): RequestFacts["verb"] {
  const { route } = input;
  if (route === null) return /^\/apis?(\/|$)/.test(input.path) ? "discovery" : "other";
  switch (input.method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return route.name === undefined ? "deletecollection" : "delete";
    default:
      if (route.name !== undefined) return "get";
      return input.query.get("watch") === "true" ? "watch" : "list";
  }
}
