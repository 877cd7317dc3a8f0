import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { parseCluster } from "./parse-cluster.ts";

const account = {
  name: "local",
  regions: [
    { name: "local", zones: ["a", "b", "c"] },
    { name: "attic", zones: ["x"] },
  ],
};
const good: JsonObject = {
  cloudProvider: "hosts",
  account: "local",
  application: "shop",
  stack: "prod",
  freeFormDetails: "blue",
  artifact: { type: "host/directory", reference: "/srv/shop" },
  command: ["./server", "--port", 80],
};
const parse = (more: JsonObject = {}, expressions = false) =>
  parseCluster({ ...good, ...more }, account, { expressions });
const pointers = (more: JsonObject, expressions = false): string[] =>
  parse(more, expressions).problems.map(({ pointer }) => pointer);

describe("a cluster for hosts", () => {
  it("gets every default", () => {
    const { launch, problems } = parse();
    expect(problems).toEqual([]);
    expect(launch).toEqual({
      application: "shop",
      stack: "prod",
      detail: "blue",
      cluster: "shop-prod-blue",
      account: "local",
      region: "local",
      zones: ["a", "b", "c"],
      capacity: { min: 1, max: 1, desired: 1 },
      loadBalancers: [],
      artifact: { type: "host/directory", reference: "/srv/shop", version: null },
      command: ["./server", "--port", "80"],
      env: {},
      healthCheck: null,
      stopTimeoutSec: 10,
      drainSec: 1,
      progressDeadlineSec: 120,
      canaryRole: null,
      metricsPath: null,
      dark: false,
    });
  });

  it("takes every field", () => {
    const { launch, problems } = parse({
      region: "local",
      availabilityZones: { local: ["b", "c"] },
      capacity: { min: "1", max: "4", desired: "2" },
      loadBalancers: ["front"],
      env: { A: "1", B: true },
      healthCheck: { path: "/up?deep=1", intervalMs: 500, healthy: 3 },
      stopTimeoutSec: 0,
      metrics: { path: "/metrics" },
      canaryRole: "canary",
      trafficManagement: { enabled: true, options: { enableTraffic: false } },
    });
    expect(problems).toEqual([]);
    expect(launch).toMatchObject({
      zones: ["b", "c"],
      capacity: { min: 1, max: 4, desired: 2 },
      loadBalancers: ["front"],
      env: { A: "1", B: "true" },
      healthCheck: { path: "/up?deep=1", intervalMs: 500, timeoutMs: 1000, healthy: 3, unhealthy: 3 },
      stopTimeoutSec: 0,
      metricsPath: "/metrics",
      canaryRole: "canary",
      dark: true,
    });
  });

  it("finds its region in the zones and keeps the case of nothing but the application", () => {
    expect(parse({ availabilityZones: { attic: [] } }).launch).toMatchObject({ region: "attic", zones: ["x"] });
    expect(parse({ application: "Shop", stack: "Prod" }).launch.cluster).toBe("shop-Prod-blue");
  });

  it.each<[string, JsonObject]>([
    ["/application", { application: "my-shop" }],
    ["/application", { application: "" }],
    ["/stack", { stack: "a-b" }],
    ["/freeFormDetails", { freeFormDetails: "with space" }],
    ["/freeFormDetails", { freeFormDetails: "x".repeat(200) }],
    ["/cloudProvider", { cloudProvider: "aws" }],
    ["/account", { account: "remote" }],
    ["/region", { region: "moon" }],
    ["/availabilityZones", { availabilityZones: "a" }],
    ["/availabilityZones", { availabilityZones: { moon: ["a"] } }],
    ["/availabilityZones/local/1", { availabilityZones: { local: ["a", "z"] } }],
    ["/availabilityZones/attic", { region: "local", availabilityZones: { attic: ["x"] } }],
    ["/capacity", { capacity: 3 }],
    ["/capacity", { capacity: { min: 2, max: 1, desired: 1 } }],
    ["/capacity/desired", { capacity: { desired: -1 } }],
    ["/capacity/max", { capacity: { max: "many" } }],
    ["/loadBalancers", { loadBalancers: "front" }],
    ["/loadBalancers/0", { loadBalancers: [""] }],
    ["/artifact", { artifact: null }],
    ["/artifact", { artifact: "x" }],
    ["/artifact/type", { artifact: { type: "docker/image", reference: "x" } }],
    ["/artifact/reference", { artifact: { type: "host/directory", reference: "build" } }],
    ["/artifact/reference", { artifact: { type: "host/tarball", reference: "/a.zip" } }],
    ["/artifactId", { artifact: null, artifactId: 7 }],
    ["/command", { command: "run me" }],
    ["/command", { command: [] }],
    ["/command", { command: null }],
    ["/command/0", { command: [""] }],
    ["/command/1", { command: ["a", {}] }],
    ["/command/1", { command: ["a", "\0"] }],
    ["/env", { env: [] }],
    ["/env/PORT", { env: { PORT: 1 } }],
    ["/env/GENNAKER_ZONE", { env: { GENNAKER_ZONE: "a" } }],
    ["/env/a~1b", { env: { "a/b": "" } }],
    ["/env/A", { env: { A: null } }],
    ["/env/A", { env: { A: "\0" } }],
    ["/healthCheck", { healthCheck: true }],
    ["/healthCheck/path", { healthCheck: { path: "health" } }],
    ["/healthCheck/path", { healthCheck: { path: "/a b" } }],
    ["/healthCheck/path", { healthCheck: { path: "/ü" } }],
    ["/healthCheck/intervalMs", { healthCheck: { path: "/", intervalMs: 1 } }],
    ["/healthCheck/timeoutMs", { healthCheck: { path: "/", timeoutMs: "soon" } }],
    ["/healthCheck/healthy", { healthCheck: { path: "/", healthy: 0 } }],
    ["/healthCheck/unhealthy", { healthCheck: { path: "/", unhealthy: 1.5 } }],
    ["/stopTimeoutSec", { stopTimeoutSec: -1 }],
    ["/drainSec", { drainSec: "x" }],
    ["/progressDeadlineSec", { progressDeadlineSec: 0 }],
    ["/canaryRole", { canaryRole: "control" }],
    ["/metrics", { metrics: "/metrics" }],
    ["/metrics/path", { metrics: { path: "x" } }],
  ])("points at %s in %j", (pointer, more) => {
    const { problems } = parse(more);
    expect(problems.map((problem) => problem.pointer)).toEqual([pointer]);
    expect(problems[0]?.reason).toMatch(/\w/);
  });

  it("lets expressions wait, but only while it may", () => {
    const open = {
      application: "${a}",
      stack: "${s}",
      capacity: { min: "${n}", desired: "${n}", max: "${n}" },
      command: "${c}",
      artifact: { type: "host/directory", reference: "${trigger.path}" },
      healthCheck: { path: "${p}" },
      canaryRole: "${r}",
      region: "${region}",
      loadBalancers: "${l}",
      env: "${e}",
    };
    expect(pointers(open, true)).toEqual([]);
    expect(pointers(open)).not.toEqual([]);
    expect(pointers({ artifact: null, artifactId: "build" })).toEqual([]);
  });

  it("never throws, whatever is in the document", () => {
    const document = fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          ...Object.keys(good),
          "capacity",
          "env",
          "availabilityZones",
          "healthCheck",
          "metrics",
          "region",
        ),
        fc.string(),
      ),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(document, fc.boolean(), (cluster, expressions) => {
        const { problems } = parseCluster(cluster as JsonObject, account, { expressions });
        for (const { pointer, reason } of problems) expect(pointer.startsWith("/") && reason.length > 0).toBe(true);
      }),
    );
  });
});
