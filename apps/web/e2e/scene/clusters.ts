import type { Application } from "@gennaker/contract/resources/application.ts";
import type { Cluster, Instance, LoadBalancer, ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import { at } from "./time.ts";

const states: Instance["state"][] = ["up", "starting", "down", "outOfService", "stopping", "stopped", "unknown"];

function instance(group: string, index: number, state: Instance["state"]): Instance {
  const reason =
    { up: "runs and is healthy", down: "exited with status 1, starts again in 4 s" }[state as string] ?? "";
  return {
    id: `${group}-${(0x3f1c + index * 7919).toString(16)}`,
    zone: ["a", "b", "c"][index % 3] ?? "a",
    state,
    reason,
    address: "127.0.0.1",
    port: 23_200 + index,
    startedAt: state === "starting" ? null : at(-3_600 + index),
    restarts: state === "down" ? 4 : 0,
    details: { pid: 4_000 + index, cpuPercent: 1.4 + index, memoryBytes: 81_000_000 + index * 1_000_000 },
  };
}

type Short = {
  cluster: string;
  sequence: number;
  version: string;
  states: Instance["state"][];
  share?: [number, number | null];
  disabled?: boolean;
  role?: "baseline" | "canary";
  health?: ServerGroup["health"];
};

function group({
  cluster,
  sequence,
  version,
  states: list,
  share,
  disabled = false,
  role,
  health,
}: Short): ServerGroup {
  const name = `${cluster}-v${String(sequence).padStart(3, "0")}`;
  const up = list.filter((state) => state === "up").length;
  return {
    account: "local",
    region: "local",
    name,
    cloudProvider: "hosts",
    application: "shop",
    cluster,
    stack: "prod",
    detail: role ?? "",
    sequence,
    createdAt: at(-7_200 + sequence * 600),
    disabled,
    capacity: { min: list.length, max: list.length, desired: list.length },
    instances: list.map((state, index) => instance(name, index, state)),
    loadBalancers: ["shop"],
    zones: ["a", "b", "c"],
    artifact: {
      type: "host/directory",
      reference: `/srv/shop/${version}`,
      digest: `9c1f${sequence}e07ab35d2f8c`,
      version,
    },
    health: health ?? { status: "stable", code: "healthy", reason: `${up} of ${list.length} instances up` },
    canaryRole: role ?? null,
    traffic: share ? [{ loadBalancer: "shop", requestedPercent: share[0], measuredPercent: share[1] }] : [],
  };
}

const cluster = (name: string, serverGroups: ServerGroup[]): Cluster => ({
  name,
  account: "local",
  cloudProvider: "hosts",
  application: "shop",
  serverGroups,
});

export const clusters: Cluster[] = [
  cluster("shop-prod", [
    group({ cluster: "shop-prod", sequence: 4, version: "2.4.0", states: ["up", "up", "up"], share: [80, 80.3] }),
    group({
      cluster: "shop-prod",
      sequence: 3,
      version: "2.3.1",
      states: ["outOfService", "outOfService", "outOfService"],
      share: [0, 0],
      disabled: true,
      health: {
        status: "stable",
        code: "healthy",
        reason: "3 of 3 instances up; disabled, so no load balancer sends traffic",
      },
    }),
  ]),
  cluster("shop-prod-baseline", [
    group({
      cluster: "shop-prod-baseline",
      sequence: 1,
      version: "2.4.0",
      states: ["up"],
      share: [10, 9.9],
      role: "baseline",
    }),
  ]),
  cluster("shop-prod-canary", [
    group({
      cluster: "shop-prod-canary",
      sequence: 1,
      version: "2.5.0",
      states: ["up"],
      share: [10, 9.8],
      role: "canary",
    }),
  ]),
];

/** Besides the usual ones, a group with an instance in every state and one that fails. */
export const troubledClusters: Cluster[] = [
  ...clusters,
  cluster("shop-lab", [
    group({
      cluster: "shop-lab",
      sequence: 9,
      version: "2.6.0-rc1",
      states,
      share: [0, null],
      health: {
        status: "failed",
        code: "crashLoop",
        reason: "1 of 7 instances up; shop-lab-v009-7a failed 5 times in a row: exited with status 1",
      },
    }),
    group({
      cluster: "shop-lab",
      sequence: 8,
      version: "2.6.0-rc0",
      states: ["starting"],
      health: { status: "progressing", code: "starting", reason: "0 of 1 instances up" },
    }),
    group({ cluster: "shop-lab", sequence: 7, version: "2.5.9", states: [], disabled: true }),
  ]),
];

export const loadBalancers: LoadBalancer[] = [
  {
    account: "local",
    region: "local",
    name: "shop",
    application: "shop",
    port: 8_090,
    healthCheck: { path: "/health", intervalMs: 1_000, timeoutMs: 500, healthy: 1, unhealthy: 2 },
    targets: clusters
      .flatMap((each) => each.serverGroups)
      .map((each) => ({
        serverGroup: each.name,
        cluster: each.cluster,
        disabled: each.disabled,
        pinnedPercent: each.canaryRole ? 10 : null,
        requestedPercent: each.traffic[0]?.requestedPercent ?? 0,
        measuredPercent: each.traffic[0]?.measuredPercent ?? null,
        healthyInstances: each.instances.length,
        totalInstances: each.instances.length,
      })),
    generation: 12,
    generationInForce: 12,
    state: "up",
    reason: "",
    requestsPerSecond: 149.7,
  },
  {
    account: "local",
    region: "local",
    name: "shop-admin",
    application: "shop",
    port: 8_091,
    healthCheck: { path: "/health", intervalMs: 1_000, timeoutMs: 500, healthy: 1, unhealthy: 2 },
    targets: [],
    generation: 3,
    generationInForce: null,
    state: "down",
    reason: "the gateway has not confirmed the configuration yet",
    requestsPerSecond: null,
  },
];

export const application: Application = {
  name: "shop",
  email: "shop@example.com",
  description: "A small shop",
  cloudProviders: ["hosts"],
  trafficGuards: [],
  createdAt: at(-90_000),
  updatedAt: at(-90_000),
  lastModifiedBy: "demo",
  attributes: {},
  summary: {
    pipelines: 2,
    runningExecutions: 2,
    serverGroups: 4,
    instancesUp: 5,
    instancesTotal: 8,
    lastExecution: { id: "01CANARYRUN", name: "Ship", status: "RUNNING", buildTime: at(-52) },
  },
};
