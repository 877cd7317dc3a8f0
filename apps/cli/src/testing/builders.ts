import type { ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import type { Execution, Stage, Task } from "@gennaker/contract/resources/execution.ts";

const begin = "2026-05-04T10:00:00.000Z";

export function aTask(fields: Partial<Task> = {}): Task {
  return {
    id: "1",
    name: "work",
    status: "RUNNING",
    startTime: begin,
    endTime: null,
    attempt: 1,
    waiting: null,
    ...fields,
  };
}

export function aStage(fields: Partial<Stage> = {}): Stage {
  const refId = fields.refId ?? "1";
  return {
    id: `S${refId}`,
    refId,
    type: "wait",
    name: `Stage ${refId}`,
    status: "NOT_STARTED",
    requisiteStageRefIds: [],
    parentStageId: null,
    syntheticStageOwner: null,
    startTime: null,
    endTime: null,
    context: {},
    outputs: {},
    tasks: [],
    failure: null,
    ...fields,
  };
}

export function anExecution(fields: Partial<Execution> = {}): Execution {
  return {
    id: "01EXECUTION",
    type: "PIPELINE",
    application: "shop",
    name: "deploy",
    pipelineConfigId: null,
    status: "RUNNING",
    buildTime: begin,
    startTime: begin,
    endTime: null,
    canceled: false,
    canceledBy: null,
    cancellationReason: null,
    paused: null,
    trigger: {},
    authentication: { user: "kim" },
    parentExecution: null,
    stages: [],
    ...fields,
  };
}

export function aServerGroup(fields: Partial<ServerGroup> = {}): ServerGroup {
  return {
    account: "local",
    region: "local",
    name: "shop-web-v001",
    cloudProvider: "hosts",
    application: "shop",
    cluster: "shop-web",
    stack: "web",
    detail: "",
    sequence: 1,
    createdAt: begin,
    disabled: false,
    capacity: { min: 1, max: 3, desired: 2 },
    instances: [],
    loadBalancers: [],
    zones: ["a"],
    artifact: { type: "host/directory", reference: "/srv/app", digest: "0123456789abcdef", version: null },
    health: { status: "stable", code: "healthy", reason: "2 of 2 instances up" },
    canaryRole: null,
    traffic: [],
    ...fields,
  };
}
