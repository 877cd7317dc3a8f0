import type { Stage, Status, Task } from "@gennaker/contract/resources/execution.ts";

type Options = {
  name?: string;
  type?: string;
  status?: Status;
  after?: string[];
  parent?: string;
  owner?: "STAGE_BEFORE" | "STAGE_AFTER";
  failure?: string;
  waiting?: string;
  context?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  details?: Record<string, unknown>;
};

/** A stage for tests; its reference is its id and, unless told otherwise, its name. */
export function makeStage(refId: string, options: Options = {}): Stage {
  const { status = "NOT_STARTED", after = [], parent = null, failure, waiting, details } = options;
  const task: Task = {
    id: "1",
    name: "task",
    status,
    startTime: null,
    endTime: null,
    attempt: 1,
    waiting: waiting === undefined ? null : { code: "test", message: waiting, ...(details ? { details } : {}) },
  };
  return {
    id: refId,
    refId,
    type: options.type ?? "wait",
    name: options.name ?? refId,
    status,
    requisiteStageRefIds: after,
    parentStageId: parent,
    syntheticStageOwner: options.owner ?? (parent === null ? null : "STAGE_BEFORE"),
    startTime: null,
    endTime: null,
    context: options.context ?? {},
    outputs: options.outputs ?? {},
    tasks: [task],
    failure: failure === undefined ? null : { code: "test", message: failure },
  };
}
