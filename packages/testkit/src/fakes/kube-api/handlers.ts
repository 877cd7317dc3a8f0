import { applyFields, ownChanges } from "./field-ownership.ts";
import { jsonPatch, mergePatch, strategicPatch } from "./patches.ts";
import type { ResourceRoute } from "./route.ts";
import { selectorOf } from "./selectors.ts";
import { conflict, expired, FakeStatus, noSuchPath } from "./status.ts";
import type { FakeStore } from "./store.ts";
import type { Json, StoredObject } from "./types.ts";
import { apiVersionOf, isJson, kindKey } from "./types.ts";

export type ResourceRequest = {
  route: ResourceRoute;
  method: string;
  query: URLSearchParams;
  body: unknown;
  contentType: string;
  userAgent: string;
};

type Context = { store: FakeStore; now: () => Date; evictionRefused: (namespace: string, name: string) => boolean };

/** Everything but watches and streams: the answer's status and body. */
export function createHandlers(context: Context) {
  const { store, now } = context;
  const pages = new Map<string, { items: StoredObject[]; resourceVersion: string }>();
  let nextPage = 0;

  function list({ route, query }: ResourceRequest): Json {
    const token = query.get("continue") ?? "";
    const page = pages.get(token);
    if (token !== "" && page === undefined) throw expired();
    const items = page?.items ?? store.list(route.kind, route.namespace).filter(selectorOf(query));
    const resourceVersion = page?.resourceVersion ?? store.resourceVersion();
    const limit = Number(query.get("limit") ?? 0);
    const rest = limit > 0 ? items.slice(limit) : [];
    const metadata: Json = { resourceVersion };
    if (rest.length > 0) {
      const id = `page-${(nextPage += 1)}`;
      pages.set(id, { items: rest, resourceVersion });
      metadata["continue"] = id;
      metadata["remainingItemCount"] = rest.length;
    }
    return {
      kind: `${route.kind.kind}List`,
      apiVersion: apiVersionOf(route.kind),
      metadata,
      items: (limit > 0 ? items.slice(0, limit) : items).map(({ apiVersion: _a, kind: _k, ...item }) => item),
    };
  }

  function create({ route, query, body, userAgent }: ResourceRequest): StoredObject {
    const object = checkedObject(route, body);
    if (object.metadata.resourceVersion) {
      throw new FakeStatus(400, "BadRequest", "resourceVersion should not be set on objects to be created");
    }
    const owned = ownChanges(null, object, { manager: managerOf(query, userAgent), operation: "Update" }, now());
    return store.create(route.kind, owned, isDryRun(query));
  }

  function change({ route, method, query, body, contentType, userAgent }: ResourceRequest): StoredObject {
    const { kind, namespace, name = "", subresource } = route;
    if (contentType === "application/apply-patch+yaml") {
      const config = checkedObject(route, body);
      const live = store.has(kind, namespace, name) ? store.get(kind, namespace, name) : null;
      const manager = query.get("fieldManager");
      if (!manager) throw new FakeStatus(400, "BadRequest", "fieldManager is required for apply patch");
      const as = { manager, operation: "Apply" as const, ...(subresource ? { subresource } : {}) };
      const applied = applyFields(live, config, as, query.get("force") === "true", now());
      return live === null
        ? store.create(kind, applied, isDryRun(query))
        : store.update(kind, live, withVersion(applied, config), isDryRun(query));
    }
    const live = store.get(kind, namespace, name);
    const wanted = method === "PUT" ? body : patched(live, body, contentType, subresource);
    if (!isJson(wanted) || !isJson(wanted["metadata"]))
      throw new FakeStatus(400, "BadRequest", "the body is no object");
    const next = partOf(route, live, wanted as StoredObject);
    const as = {
      manager: managerOf(query, userAgent),
      operation: "Update" as const,
      ...(subresource ? { subresource } : {}),
    };
    return store.update(kind, live, ownChanges(live, next, as, now()), isDryRun(query));
  }

  function remove({ route, body }: ResourceRequest): Json {
    const { kind, namespace, name = "" } = route;
    const live = store.get(kind, namespace, name);
    const options = isJson(body) ? body : {};
    const expectations = isJson(options["preconditions"]) ? options["preconditions"] : {};
    for (const field of ["uid", "resourceVersion"] as const) {
      if (expectations[field] !== undefined && expectations[field] !== live.metadata[field])
        throw conflict(kindKey(kind), name);
    }
    if (Array.isArray(options["dryRun"])) return live;
    const stored = store.remove(kind, live);
    const { uid } = live.metadata;
    return stored.metadata.deletionTimestamp
      ? stored
      : { kind: "Status", apiVersion: "v1", status: "Success", details: { name, uid } };
  }

  function handle(request: ResourceRequest): { code: number; body: Json } {
    const { route, method } = request;
    if (route.subresource !== undefined && !route.kind.subresources.includes(route.subresource)) throw noSuchPath();
    if (route.subresource === "eviction" && method === "POST") return { code: 201, body: evict(request) };
    if (method === "POST" && route.name === undefined) return { code: 201, body: create(request) };
    if (method === "GET") return { code: 200, body: route.name === undefined ? list(request) : read(request) };
    if (method === "DELETE" && route.name !== undefined) return { code: 200, body: remove(request) };
    if (method === "DELETE") {
      const matching = store.list(route.kind, route.namespace).filter(selectorOf(request.query));
      for (const object of matching) store.remove(route.kind, object);
      return { code: 200, body: { kind: "Status", apiVersion: "v1", status: "Success" } };
    }
    const stored = change(request);
    return { code: 200, body: route.subresource === "scale" ? scaleOf(stored) : stored };
  }

  function read({ route }: ResourceRequest): Json {
    const object = store.get(route.kind, route.namespace, route.name ?? "");
    return route.subresource === "scale" ? scaleOf(object) : object;
  }

  function evict({ route }: ResourceRequest): Json {
    const { namespace = "", name = "" } = route;
    const pod = store.get(route.kind, namespace, name);
    if (context.evictionRefused(namespace, name)) {
      const message = "Cannot evict pod as it would violate the pod's disruption budget.";
      throw new FakeStatus(429, "TooManyRequests", message, {
        causes: [{ reason: "DisruptionBudget", message: "The disruption budget needs 1 healthy pods" }],
      });
    }
    store.remove(route.kind, pod);
    return { kind: "Status", apiVersion: "v1", status: "Success" };
  }

  return {
    handle,
    /** Every open continue token is answered with 410. */
    expirePages: () => pages.clear(),
  };
}

function checkedObject(route: ResourceRoute, body: unknown): StoredObject {
  if (!isJson(body)) throw new FakeStatus(400, "BadRequest", "the body is no object");
  if (body["kind"] !== route.kind.kind || body["apiVersion"] !== apiVersionOf(route.kind)) {
    throw new FakeStatus(
      400,
      "BadRequest",
      `${String(body["kind"])} in ${String(body["apiVersion"])} does not belong here`,
    );
  }
  const metadata = isJson(body["metadata"]) ? body["metadata"] : {};
  const name = route.name ?? metadata["name"];
  if (typeof name !== "string" && typeof metadata["generateName"] !== "string") {
    throw invalid(route, "", "metadata.name", "Required value: name or generateName is required");
  }
  if (typeof name === "string" && !/^[a-z0-9]([a-z0-9.:-]*[a-z0-9])?$/.test(name)) {
    throw invalid(route, name, "metadata.name", `Invalid value: "${name}": a lowercase RFC 1123 subdomain is needed`);
  }
  const placed = route.kind.namespaced ? { namespace: route.namespace ?? "default" } : {};
  return { ...body, metadata: { ...metadata, ...(name === undefined ? {} : { name }), ...placed } } as StoredObject;
}

function invalid(route: ResourceRoute, name: string, field: string, message: string): FakeStatus {
  const { kind } = route.kind;
  return new FakeStatus(422, "Invalid", `${kind} "${name}" is invalid: ${field}: ${message}`, {
    name,
    kind,
    causes: [{ reason: "FieldValueInvalid", message, field }],
  });
}

function patched(live: StoredObject, body: unknown, contentType: string, subresource: string | undefined): unknown {
  const target = subresource === "scale" ? scaleOf(live) : live;
  switch (contentType) {
    case "application/json-patch+json":
      return jsonPatch(target, body);
    case "application/merge-patch+json":
      return mergePatch(target, body);
    case "application/strategic-merge-patch+json":
      return strategicPatch(target, body);
    default:
      throw new FakeStatus(
        415,
        "UnsupportedMediaType",
        `the body of the request was in an unknown format: ${contentType}`,
      );
  }
}

/** A subresource writes only its own part; where there is a status subresource the main resource does not write it. */
function partOf(route: ResourceRoute, live: StoredObject, wanted: StoredObject): StoredObject {
  const { resourceVersion } = wanted.metadata;
  if (route.subresource === "status")
    return { ...live, status: wanted["status"], metadata: { ...live.metadata, resourceVersion } };
  if (route.subresource === "scale") {
    const replicas = isJson(wanted["spec"]) ? wanted["spec"]["replicas"] : undefined;
    return { ...live, spec: { ...(live["spec"] as Json), replicas } };
  }
  const { status: _status, ...main } = wanted;
  const keepStatus = route.kind.subresources.includes("status");
  const status = keepStatus ? live["status"] : wanted["status"];
  const { name, namespace } = live.metadata;
  const metadata = { ...main.metadata, name, ...(namespace === undefined ? {} : { namespace }) };
  return { ...main, metadata, ...(status === undefined ? {} : { status }) } as StoredObject;
}

function scaleOf(object: StoredObject): Json {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const replicas = isJson(object["spec"]) ? object["spec"]["replicas"] : 0;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion },
    spec: { replicas },
    status: { replicas },
  };
}

function withVersion(applied: StoredObject, config: StoredObject): StoredObject {
  const { resourceVersion } = config.metadata;
  return { ...applied, metadata: { ...applied.metadata, resourceVersion: resourceVersion ?? "" } };
}

function managerOf(query: URLSearchParams, userAgent: string): string {
  return query.get("fieldManager") ?? userAgent.split("/")[0] ?? "unknown";
}

function isDryRun(query: URLSearchParams): boolean {
  return query.get("dryRun") === "All";
}
