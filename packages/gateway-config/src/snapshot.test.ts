import { describe, expect, it } from "vitest";

import { canonicalJson, jsonPointer, parseSnapshot } from "./snapshot.ts";

function valid() {
  const labels = { application: "shop", account: "local", region: "local", cluster: "shop-web" };
  return {
    generation: 1,
    loadBalancers: [
      {
        name: "shop",
        port: 8080,
        serverGroups: [
          {
            name: "shop-web-v000",
            weight: 33.4,
            labels,
            instances: [{ id: "i-1", address: "127.0.0.1", port: 9001, zone: "a", state: "active" }],
          },
          { name: "shop-web-v001", weight: 66.6, labels, instances: [] as object[] },
        ],
        healthCheck: { path: "/health?deep=1", intervalMs: 1000, timeoutMs: 500, healthy: 2, unhealthy: 3 },
        headerRoutes: [{ header: "X-Version", value: "next", serverGroup: "shop-web-v001" }],
        mirror: { serverGroup: "shop-web-v001", percent: 5 },
        retries: { attempts: 2, perTryTimeoutMs: 1000 },
        timeouts: { connectMs: 100 },
      } as Record<string, unknown>,
    ],
  };
}

describe("a snapshot", () => {
  it("that is right is taken as it is", () => {
    const document = valid();
    expect(parseSnapshot(document)).toEqual({ ok: true, snapshot: document });
    expect(parseSnapshot({ generation: 0, loadBalancers: [] }).ok).toBe(true);
  });

  type Change = (document: ReturnType<typeof valid>, balancer: Record<string, unknown>) => void;
  const groupsOf = (balancer: Record<string, unknown>) => balancer["serverGroups"] as Record<string, unknown>[];
  const cases: [string, string, Change][] = [
    ["a negative generation", "/generation", (document) => (document.generation = -1)],
    ["a fraction as generation", "/generation", (document) => (document.generation = 1.5)],
    ["port 0", "/loadBalancers/0/port", (_, balancer) => (balancer["port"] = 0)],
    ["a missing name", "/loadBalancers/0/name", (_, balancer) => delete balancer["name"]],
    ["an unknown algorithm", "/loadBalancers/0/algorithm", (_, balancer) => (balancer["algorithm"] = "best")],
    ["a field nobody knows", "/loadBalancers/0", (_, balancer) => (balancer["color"] = "red")],
    [
      "a negative weight",
      "/loadBalancers/0/serverGroups/0/weight",
      (_, balancer) => (groupsOf(balancer)[0]!["weight"] = -1),
    ],
    ["weights above 100", "/loadBalancers/0/serverGroups", (_, balancer) => (groupsOf(balancer)[0]!["weight"] = 50)],
    [
      "a group twice",
      "/loadBalancers/0/serverGroups/1/name",
      (_, balancer) => (groupsOf(balancer)[0]!["name"] = "shop-web-v001"),
    ],
    [
      "an instance twice",
      "/loadBalancers/0/serverGroups/0/instances/1/id",
      (_, balancer) =>
        (groupsOf(balancer)[0]!["instances"] as object[]).push({ id: "i-1", address: "b", port: 1, state: "active" }),
    ],
    [
      "an instance state",
      "/loadBalancers/0/serverGroups/1/instances/0/state",
      (_, balancer) =>
        (groupsOf(balancer)[1]!["instances"] as object[]).push({ id: "x", address: "b", port: 1, state: "gone" }),
    ],
    [
      "a route nowhere",
      "/loadBalancers/0/headerRoutes/0/serverGroup",
      (_, balancer) => (balancer["headerRoutes"] = [{ header: "a", value: "b", serverGroup: "c" }]),
    ],
    [
      "a header that is none",
      "/loadBalancers/0/headerRoutes/0/header",
      (_, balancer) => (balancer["headerRoutes"] = [{ header: "a b", value: "b", serverGroup: "shop-web-v001" }]),
    ],
    [
      "a mirror nowhere",
      "/loadBalancers/0/mirror/serverGroup",
      (_, balancer) => (balancer["mirror"] = { serverGroup: "c", percent: 1 }),
    ],
    [
      "overlapping checks",
      "/loadBalancers/0/healthCheck/timeoutMs",
      (_, balancer) => ((balancer["healthCheck"] as Record<string, unknown>)["timeoutMs"] = 2000),
    ],
    [
      "a path that splits the request",
      "/loadBalancers/0/healthCheck/path",
      (_, balancer) => ((balancer["healthCheck"] as Record<string, unknown>)["path"] = "/ HTTP/1.1\r\nX: y"),
    ],
    [
      "a name twice",
      "/loadBalancers/1/name",
      (document, balancer) => document.loadBalancers.push({ ...balancer, port: 1 }),
    ],
    [
      "an address twice",
      "/loadBalancers/1/port",
      (document, balancer) => document.loadBalancers.push({ ...balancer, name: "b", bind: "127.0.0.1" }),
    ],
  ];
  it.each(cases)("with %s is refused at %s", (_what, pointer, change) => {
    const document = valid();
    change(document, document.loadBalancers[0] as Record<string, unknown>);
    const result = parseSnapshot(document);
    if (result.ok) throw new Error("it was accepted");
    expect(result.problems.map((problem) => problem.pointer)).toEqual([pointer]);
    expect(result.problems[0]?.reason).not.toBe("");
  });

  it.each([null, 3, "x", [], {}])("that is %j is refused", (document) => {
    expect(parseSnapshot(document).ok).toBe(false);
  });
});

describe("pointers and canonical text", () => {
  it("escape and sort", () => {
    expect(jsonPointer(["a/b", 0, "c~d"])).toBe("/a~1b/0/c~0d");
    expect(jsonPointer([])).toBe("");
    expect(canonicalJson({ b: [1, { d: null, c: "x" }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
  });
});
