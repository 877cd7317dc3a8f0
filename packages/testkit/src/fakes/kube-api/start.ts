import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { readBody, sendJson, spoilEarly } from "./answer.ts";
import { createTestAuthority, type TestAuthority } from "./certificates.ts";
import { aggregatedDiscovery, groupList, resourceList } from "./discovery-answers.ts";
import { createFaults, type RequestFacts } from "./faults.ts";
import { createHandlers } from "./handlers.ts";
import { builtInKinds, kindsOfDefinition } from "./kinds.ts";
import { createPodStreams, type PodPrograms } from "./pod-streams.ts";
import { factsOf, readRoute, type ResourceRoute } from "./route.ts";
import { selectorOf } from "./selectors.ts";
import { FakeStatus, noSuchPath } from "./status.ts";
import { createFakeStore } from "./store.ts";
import type { FakeKind, Json, StoredObject } from "./types.ts";
import { apiVersionOf, kindKey } from "./types.ts";
import { createWatchFeed } from "./watch-feed.ts";

export type FakeKubeApiOptions = {
  /** TLS with an authority of its own (`ca`); default plain HTTP, which is faster. */
  tls?: boolean;
  port?: number;
  /** Token → user. Default `{"test-token": "admin"}`. Client certificates log in by their common name. */
  tokens?: Record<string, string>;
  /** Changes kept per kind: an older resource version is answered with 410. Default 1,000. */
  windowSize?: number;
  bookmarkEveryMs?: number;
  /** Answers `sendInitialEvents`. Default true. */
  watchList?: boolean;
  aggregatedDiscovery?: boolean;
  programs?: Partial<PodPrograms>;
  now?: () => Date;
};

/** A Kubernetes API server in memory that can be made to fail in every way a real one does. Close it. */
export async function startFakeKubeApi(options: FakeKubeApiOptions = {}) {
  const { watchList = true, bookmarkEveryMs = 1_000, now = () => new Date() } = options;
  const authority: TestAuthority | null = options.tls === true ? createTestAuthority() : null;
  const kinds = builtInKinds();
  const store = createFakeStore({ windowSize: options.windowSize ?? 1_000, now });
  const watches = createWatchFeed(store, { bookmarkEveryMs, watchList });
  const faults = createFaults();
  const tokens = new Map(Object.entries(options.tokens ?? { "test-token": "admin" }));
  const pods = createPodStreams(options.programs ?? {});
  const requests: (RequestFacts & { method: string; query: string; headers: IncomingMessage["headers"] })[] = [];
  const rules = {
    /** False answers 403. */
    allow: (_facts: RequestFacts): boolean => true,
    /** True answers 429 to an eviction. */
    refuseEviction: (_namespace: string, _name: string): boolean => false,
    aggregatedDiscovery: options.aggregatedDiscovery ?? true,
  };
  const handlers = createHandlers({
    store,
    now,
    evictionRefused: (namespace, name) => rules.refuseEviction(namespace, name),
  });

  function userOf(request: IncomingMessage): string {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    const known = token === undefined ? undefined : tokens.get(token);
    if (known !== undefined) return known;
    const socket = request.socket as TLSSocket;
    const subject = authority !== null && socket.authorized ? socket.getPeerCertificate().subject?.CN : undefined;
    if (typeof subject === "string") return subject;
    throw new FakeStatus(401, "Unauthorized", "Unauthorized");
  }

  function open(request: IncomingMessage) {
    const url = new URL(request.url ?? "/", "http://fake");
    const route = readRoute(url.pathname, kinds);
    const user = String(request.headers["impersonate-user"] ?? userOf(request));
    const method = request.method ?? "GET";
    const facts = factsOf({ method, path: url.pathname, query: url.searchParams, route, user });
    requests.push({ ...facts, method, query: url.search, headers: request.headers });
    if (!rules.allow(facts)) {
      const where = facts.namespace === undefined ? "at the cluster scope" : `in the namespace "${facts.namespace}"`;
      const message = `${facts.resource} is forbidden: User "${user}" cannot ${facts.verb} resource "${facts.resource}" ${where}`;
      throw new FakeStatus(403, "Forbidden", message, { kind: facts.resource });
    }
    return { url, route, facts, method };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url, route, facts, method } = open(request);
    const fault = faults.find(facts);
    if (await spoilEarly(fault, response)) return;
    const fixed = route === null ? plainAnswer(url.pathname, request) : null;
    if (fixed !== null) return sendJson(response, 200, fixed, fault);
    if (route === null) throw noSuchPath();
    if (facts.verb === "watch") {
      const watch = {
        kind: route.kind,
        namespace: route.namespace,
        select: selectorOf(url.searchParams),
        query: url.searchParams,
      };
      return watches.start(watch, response);
    }
    if (route.subresource === "log") return sendLog(route, url.searchParams, response);
    const body = await readBody(request);
    const contentType = String(request.headers["content-type"] ?? "").split(";")[0] ?? "";
    const userAgent = String(request.headers["user-agent"] ?? "");
    const result = handlers.handle({ route, method, query: url.searchParams, body, contentType, userAgent });
    if (kindKey(route.kind) === "customresourcedefinitions.apiextensions.k8s.io" && method !== "GET") refreshKinds();
    return sendJson(response, result.code, result.body, fault);
  }

  function plainAnswer(path: string, request: IncomingMessage): Json | null {
    const aggregated = rules.aggregatedDiscovery && String(request.headers.accept).includes("APIGroupDiscoveryList");
    if (path === "/version") return { major: "1", minor: "34", gitVersion: "v1.34.4-fake" };
    if (path === "/api")
      return aggregated ? aggregatedDiscovery(kinds, true) : { kind: "APIVersions", versions: ["v1"] };
    if (path === "/apis") return aggregated ? aggregatedDiscovery(kinds, false) : groupList(kinds);
    const groupVersion = /^\/(?:api|apis)\/(.+)$/.exec(path)?.[1];
    return kinds.some((kind) => apiVersionOf(kind) === groupVersion) ? resourceList(kinds, groupVersion ?? "") : null;
  }

  function sendLog(route: ResourceRoute, query: URLSearchParams, response: ServerResponse): void {
    const { namespace = "", name = "" } = route;
    const pod = store.get(route.kind, namespace, name);
    const containers = ((pod["spec"] as Json | undefined)?.["containers"] as { name: string }[] | undefined) ?? [];
    const container = query.get("container") ?? containers[0]?.name ?? "";
    pods.sendLog({ namespace, pod: name, container }, query, response);
  }

  function refreshKinds(): void {
    const definition = kindFor("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    const wanted = [...builtInKinds(), ...store.list(definition, undefined).flatMap(kindsOfDefinition)];
    const kept = new Set(wanted.map(kindKey));
    for (const kind of kinds) if (!kept.has(kindKey(kind))) store.dropKind(kind);
    kinds.splice(0, kinds.length, ...wanted);
  }

  function kindFor(apiVersion: string, kind: string): FakeKind {
    const found = kinds.find((entry) => entry.kind === kind && apiVersionOf(entry) === apiVersion);
    if (found === undefined) throw new Error(`the fake serves no ${kind} of ${apiVersion}`);
    return found;
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    response.on("error", () => {});
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy();
      const status = error instanceof FakeStatus ? error : new FakeStatus(500, "InternalError", String(error));
      return sendJson(response, status.code, status.body, null, status.headers);
    });
  };
  const server =
    authority === null
      ? createHttpServer(listener)
      : createServer(
          {
            ...authority.issue({
              commonName: "fake API server",
              ips: ["127.0.0.1"],
              names: ["localhost", "kube.test"],
            }),
            ca: authority.ca,
            requestCert: true,
            rejectUnauthorized: false,
          },
          listener,
        );
  server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
    try {
      const { url, route, facts } = open(request);
      const fault = faults.find(facts);
      if (fault?.status !== undefined)
        throw new FakeStatus(fault.status, fault.reason ?? "InternalError", "a fault of the test");
      const { namespace = "", name = "" } = route ?? {};
      if (route === null) throw noSuchPath();
      store.get(route.kind, namespace, name);
      if (route.subresource === "exec") pods.exec({ namespace, pod: name }, url.searchParams, request, socket);
      else if (route.subresource === "portforward") pods.forward(url.searchParams, request, socket);
      else throw noSuchPath();
    } catch (error) {
      const status = error instanceof FakeStatus ? error : new FakeStatus(500, "InternalError", String(error));
      const body = JSON.stringify(status.body);
      socket.end(
        `HTTP/1.1 ${status.code} Refused\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    }
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `${authority === null ? "http" : "https"}://127.0.0.1:${port}`,
    port,
    authority,
    faults,
    watches,
    pods,
    rules,
    /** Every request that came, oldest first. */
    requests,
    tokens,
    compact: () => store.compact(),
    rewind: () => store.rewind(),
    expirePages: () => handlers.expirePages(),
    resourceVersion: () => store.resourceVersion(),
    /** Stores an object as it is given, with its status; creates or overwrites. */
    put(object: Json): StoredObject {
      const given = object as StoredObject;
      const kind = kindFor(given.apiVersion, given.kind);
      const metadata = kind.namespaced
        ? { ...given.metadata, namespace: given.metadata.namespace ?? "default" }
        : given.metadata;
      const { name, namespace } = metadata;
      const placed = { ...given, metadata };
      const stored = store.has(kind, namespace, name)
        ? store.update(kind, store.get(kind, namespace, name), placed)
        : store.create(kind, placed);
      if (given.kind === "CustomResourceDefinition") refreshKinds();
      return stored;
    },
    remove(apiVersion: string, kindName: string, name: string, namespace?: string): void {
      const kind = kindFor(apiVersion, kindName);
      store.remove(kind, store.get(kind, namespace, name));
      if (kindName === "CustomResourceDefinition") refreshKinds();
    },
    list: (apiVersion: string, kind: string, namespace?: string) => store.list(kindFor(apiVersion, kind), namespace),
    /** Breaks every connection, as a killed server does; it answers again at once. */
    breakConnections: () => sockets.forEach((socket) => socket.destroy()),
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type FakeKubeApi = Awaited<ReturnType<typeof startFakeKubeApi>>;
