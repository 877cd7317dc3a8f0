import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, StageView, TaskContext } from "../../../engine/api.ts";
import type { StartPipeline } from "../deps.ts";
import type { RunDeps } from "./run.ts";
import { cancelChildren, monitorLevel, parsePlan, startLevel } from "./run.ts";

const stageWith = (context: JsonObject) =>
  ({
    id: "s",
    refId: "1",
    type: "runMultiplePipelines",
    requisiteStageRefIds: [],
    parentStageId: null,
    context,
    outputs: {},
  }) as unknown as StageView;
const contextOf = (context: JsonObject) =>
  ({
    execution: {
      id: "run",
      name: "ship",
      application: "shop",
      stages: [],
      trigger: { dryRun: true },
      parentExecution: null,
      authentication: { user: "ann" },
    },
    stage: stageWith(context),
    operationKey: "run/s/2/1",
  }) as unknown as TaskContext;

function world(statuses: Record<string, string> = {}) {
  const started: StartPipeline[] = [];
  const canceled: string[] = [];
  const deps: RunDeps = {
    findPipeline: async (_application, name) => (name === "gone" ? null : { id: `config-${name}` }),
    async startPipeline(input) {
      started.push(input);
      return { executionId: `run-${String(input.parameters["executionIdentifier"])}`, name: "n" };
    },
    getExecution: async (id) =>
      ({
        id,
        name: id,
        status: statuses[id] ?? "SUCCEEDED",
        startTime: null,
        endTime: null,
      }) as unknown as ExecutionView,
    cancelExecution: async (id) => void canceled.push(id),
  };
  return { deps, started, canceled };
}
const child = (pipeline: string, dependsOn?: string[], args: JsonObject = {}): JsonObject => ({
  child_pipeline: pipeline,
  arguments: args,
  ...(dependsOn ? { depends_on: dependsOn } : {}),
});
const plan = {
  api: child("deploy", undefined, { app: "api" }),
  web: child("deploy", ["api"], { app: "web" }),
  db: child("migrate"),
  rollback_onfailure: true,
};

/** Walks the loop as the engine does. */
async function walk(deps: RunDeps, bundle: JsonObject, more: JsonObject = {}) {
  const context: JsonObject = { yamlConfig: [{ bundle_web: bundle }], ...more };
  Object.assign(context, parsePlan(stageWith(context)).context);
  for (;;) {
    Object.assign(context, (await startLevel(deps, contextOf(context))).context);
    const result = await monitorLevel(deps, more["ignoreUncompleted"] === true).run(contextOf(context));
    Object.assign(context, result.context);
    if (result.status !== "REDIRECT") return { result, context };
  }
}

test("runs side by side what waits for nothing, then what waited for it", async () => {
  const { deps, started } = world();
  const { result } = await walk(deps, plan);
  expect(started.map(({ pipelineConfigId, parameters }) => [pipelineConfigId, parameters])).toEqual([
    ["config-deploy", { app: "api", executionIdentifier: "api" }],
    ["config-migrate", { executionIdentifier: "db" }],
    ["config-deploy", { app: "web", executionIdentifier: "web" }],
  ]);
  expect(started[0]).toMatchObject({
    key: "run/s/2/1/api",
    application: "shop",
    parent: { executionId: "run", stageId: "s" },
    trigger: { type: "pipeline", parentPipelineStageId: "s", dryRun: true, parentExecution: { id: "run" } },
    user: "ann",
  });
  expect([
    result.status,
    ((result.outputs ?? {})["executionsList"] as JsonObject[]).map((one) => one["executionIdentifier"]),
  ]).toEqual(["SUCCEEDED", ["api", "db", "web"]]);
});

test("waits for the runs of a level, woken by their ends", async () => {
  const { deps } = world({ "run-api": "RUNNING" });
  const { result } = await walk(deps, plan);
  expect(result).toMatchObject({
    status: "RUNNING",
    wakeOn: ["execution:run-api"],
    waiting: { code: "pipelines.waiting" },
  });
});

test.each([
  ["TERMINAL", "TERMINAL"],
  ["CANCELED", "CANCELED"],
])("a child that ended %s ends the stage %s, and later levels do not start", async (status, wanted) => {
  const { deps, started } = world({ "run-api": status });
  const { result } = await walk(deps, plan);
  expect([result.status, result.failure?.message, started.length]).toEqual([
    wanted,
    `Pipeline "run-api" (run run-api) ended ${status}.`,
    2,
  ]);
});

test("ignoreUncompleted runs later levels all the same", async () => {
  const { deps, started } = world({ "run-api": "TERMINAL" });
  expect((await walk(deps, plan, { ignoreUncompleted: true })).result.status).toBe("SUCCEEDED");
  expect(started).toHaveLength(3);
});

test("the plan may be YAML text", async () => {
  const { deps, started } = world();
  const yamlConfig = "bundle_web:\n  api:\n    child_pipeline: deploy\n";
  const context: JsonObject = { yamlConfig };
  await startLevel(deps, contextOf({ ...context, ...parsePlan(stageWith(context)).context }));
  expect(started.map(({ pipelineConfigId }) => pipelineConfigId)).toEqual(["config-deploy"]);
});

test.each<[string, JsonObject, string]>([
  ["no bundle", { yamlConfig: [5] }, "under bundle_web"],
  [
    "a circle",
    { yamlConfig: [{ bundle_web: { a: child("x", ["b"]), b: child("y", ["a"]) } }] },
    "a, b wait for each other",
  ],
  [
    "an unknown dependency",
    { yamlConfig: [{ bundle_web: { api: child("x"), b: child("y", ["apy"]) } }] },
    '/b/depends_on/0 names "apy", which the plan does not have; did you mean "api"?',
  ],
  [
    "duplicates",
    { yamlConfig: [{ bundle_web: { a: child("x"), b: child("x") } }] },
    "/b runs the same pipeline with the same arguments as a",
  ],
  [
    "an entry without a pipeline",
    { yamlConfig: [{ bundle_web: { a: {} } }] },
    "/a must be an object with the name of a pipeline",
  ],
  ["nothing to run", { yamlConfig: [{ bundle_web: {} }] }, "names no pipeline"],
])("%s is refused", (_what, context, words) => {
  expect(() => parsePlan(stageWith(context))).toThrow(words);
});

test("duplicates run when they are not checked", () => {
  expect(
    parsePlan(stageWith({ checkDuplicated: "false", yamlConfig: [{ bundle_web: { a: child("x"), b: child("x") } }] }))
      .status,
  ).toBe("SUCCEEDED");
});

test("an unknown pipeline keeps its whole level from starting", async () => {
  const { deps, started } = world();
  await expect(walk(deps, { a: child("x"), b: child("gone") })).rejects.toThrow(
    "Application shop has no pipeline gone",
  );
  expect(started).toEqual([]);
});

test("a canceled stage cancels its running children only", async () => {
  const { deps, canceled } = world({ a: "RUNNING", b: "SUCCEEDED" });
  await cancelChildren(deps, contextOf({ executionIds: ["a", "b"] }));
  expect(canceled).toEqual(["a"]);
});
