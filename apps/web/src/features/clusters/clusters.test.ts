import type { Cluster, ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import { describe, expect, test } from "vitest";
import { segments } from "../load-balancers/split.ts";
import { filterClusters, instanceCounts, newestName, shortName, usageOf, versionOf } from "./cluster-filter.ts";
import { actionsFor, jobFor, servesTraffic } from "./operations.ts";

function group(name: string, more: Partial<ServerGroup> = {}): ServerGroup {
  return {
    account: "local",
    region: "seoul",
    name,
    cloudProvider: "hosts",
    application: "shop",
    cluster: "shop-prod",
    stack: "prod",
    detail: "",
    sequence: 1,
    createdAt: "",
    disabled: false,
    capacity: { min: 1, max: 1, desired: 1 },
    instances: [],
    loadBalancers: [],
    zones: [],
    artifact: { type: "host/directory", reference: "/srv/shop/2.4.0/", digest: "d", version: null },
    health: { status: "stable", code: "healthy", reason: "" },
    canaryRole: null,
    traffic: [],
    ...more,
  };
}

const cluster: Cluster = {
  name: "shop-prod",
  account: "local",
  cloudProvider: "hosts",
  application: "shop",
  serverGroups: [group("shop-prod-v002", { sequence: 2 }), group("shop-prod-v001")],
};

describe("finding server groups", () => {
  test.each([
    ["", 2],
    ["v002", 1],
    ["shop PROD seoul", 2],
    ["2.4.0 v001", 1],
    ["elsewhere", 0],
  ])("%j finds %d", (query, count) => {
    expect(filterClusters([cluster], query).flatMap((each) => each.serverGroups)).toHaveLength(count);
  });

  test("a version is the artifact's own, else the last part of its reference", () => {
    expect(versionOf(group("g"))).toBe("2.4.0");
    expect(versionOf(group("g", { artifact: { type: "t", reference: "/a/b", digest: "", version: "7" } }))).toBe("7");
  });

  test("names are short inside their cluster only", () => {
    expect(shortName(group("shop-prod-v001"))).toBe("v001");
    expect(shortName(group("other-v001"))).toBe("other-v001");
  });

  test("the newest has the highest sequence", () => {
    expect(newestName(cluster.serverGroups)).toBe("shop-prod-v002");
    expect(newestName([])).toBeNull();
  });
});

test("instances are counted by state", () => {
  const instance = (state: "up" | "down") => ({
    id: state,
    zone: "a",
    state,
    reason: "",
    address: null,
    port: null,
    startedAt: null,
    restarts: 0,
    details: {},
  });
  expect(instanceCounts({ instances: [instance("up"), instance("down"), instance("up")] })).toEqual([
    ["up", 2],
    ["down", 1],
  ]);
});

test("use of the machine is read only where it is a number", () => {
  expect(usageOf({ cpuPercent: 3, memoryBytes: "much" })).toEqual({ cpuPercent: 3, memoryBytes: null });
});

describe("operations", () => {
  const target = group("shop-prod-v002", {
    traffic: [{ loadBalancer: "shop", requestedPercent: 10, measuredPercent: null }],
  });

  test("a disabled group can be enabled, an enabled one disabled", () => {
    expect(actionsFor(target)).toContain("disable");
    expect(actionsFor({ ...target, disabled: true })).toContain("enable");
  });

  test("only an enabled group with a share serves traffic", () => {
    expect(servesTraffic(target)).toBe(true);
    expect(servesTraffic({ ...target, disabled: true })).toBe(false);
    expect(servesTraffic(group("g"))).toBe(false);
  });

  test.each([
    [
      "resize",
      { type: "resizeServerGroup", serverGroupName: "shop-prod-v002", capacity: { min: 5, max: 5, desired: 5 } },
    ],
    ["enable", { type: "enableServerGroup", serverGroupName: "shop-prod-v002" }],
    ["disable", { type: "disableServerGroup", serverGroupName: "shop-prod-v002" }],
    ["destroy", { type: "destroyServerGroup", serverGroupName: "shop-prod-v002" }],
    ["rollback", { type: "rollbackCluster", cluster: "shop-prod" }],
  ] as const)("%s names its target in Spinnaker's fields", (action, expected) => {
    expect(jobFor(action, target, 5)).toMatchObject({
      ...expected,
      cloudProvider: "hosts",
      credentials: "local",
      regions: ["seoul"],
    });
  });
});

test("the split shows what was measured once all is, else what was asked for; nothing takes no room", () => {
  const share = (serverGroup: string, requestedPercent: number, measuredPercent: number | null) => ({
    serverGroup,
    cluster: "c",
    disabled: false,
    pinnedPercent: null,
    requestedPercent,
    measuredPercent,
    healthyInstances: 1,
    totalInstances: 1,
  });
  const percents = (targets: ReturnType<typeof share>[]) =>
    segments(targets).map(({ name, percent }) => [name, percent]);
  expect(percents([share("a", 90, 88), share("b", 10, 12), share("c", 0, 0)])).toEqual([
    ["a", 88],
    ["b", 12],
  ]);
  expect(percents([share("a", 90, 88), share("b", 10, null)])).toEqual([
    ["a", 90],
    ["b", 10],
  ]);
  expect(percents([share("a", 100, 0), share("b", 0, 0)])).toEqual([["a", 100]]);
});
