import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Engine, ExecutionView, StageType } from "../../../engine/api.ts";
import { actor, engineScene, pipeline, stage, until, untilOver } from "../../../engine/fixtures/scene.ts";
import type { DeliverDeps } from "../deps.ts";
import { checkPreconditionsStage, checkPreconditionStage } from "../check-preconditions/stage.ts";
import { evaluateVariablesStage } from "../evaluate-variables/stage.ts";
import { pipelineStage } from "../pipeline/stage.ts";
import { runMultiplePipelinesStage } from "../run-multiple-pipelines/stage.ts";
import { waitStage } from "../wait/stage.ts";

const fails = (refId: string): JsonObject =>
  stage(refId, "checkPreconditions", [], {
    preconditions: [
      { type: "expression", context: { expression: "parameters.ok == 'yes'", failureMessage: "not ok" } },
    ],
  });
const calls = (pipelineId: string, more: JsonObject = {}): JsonObject =>
  stage("1", "pipeline", [], { application: "shop", pipeline: pipelineId, ...more });

/** The pipelines that can be started, by id. */
const documents: Record<string, JsonObject[]> = {
  gives: [stage("1", "evaluateVariables", [], { variables: [{ key: "version", value: "${parameters.v}-rc" }] })],
  reads: [
    stage("1", "evaluateVariables", [], {
      variables: [{ key: "from", value: "${trigger.parentExecution.trigger.parameters.branch}" }],
    }),
  ],
  maybe: [fails("1")],
  holds: [stage("1", "wait", [], { waitTime: 3600 })],
  circle: [calls("circle")],
};

const scene = await engineScene();
const engine: Engine = await scene.replica(stageTypes());
afterAll(() => scene.end());

function stageTypes(): Map<string, StageType> {
  const deps = {
    async startPipeline(input) {
      const stages = documents[input.pipelineConfigId];
      if (stages === undefined) throw new Error(`no pipeline ${input.pipelineConfigId}`);
      const { id } = await engine.start(
        pipeline(stages, {
          name: input.pipelineConfigId,
          pipelineConfigId: input.pipelineConfigId,
          trigger: { ...input.trigger, parameters: input.parameters },
          parentExecution: input.parent,
          operationKey: input.key,
        }),
        actor,
      );
      return { executionId: id, name: input.pipelineConfigId };
    },
    getExecution: (id) => engine.get(id),
    cancelExecution: (id, reason) => engine.cancel(id, reason, actor),
    findPipeline: async (_application, name) => (documents[name] === undefined ? null : { id: name }),
  } satisfies Partial<DeliverDeps> as DeliverDeps;
  const types = [
    pipelineStage(deps),
    runMultiplePipelinesStage(deps),
    checkPreconditionsStage(),
    checkPreconditionStage(deps),
    evaluateVariablesStage(),
    waitStage(),
  ];
  return new Map(types.map((type) => [type.type, type]));
}

const start = async (stages: JsonObject[], trigger: JsonObject = { type: "manual", parameters: {} }): Promise<string> =>
  (await engine.start(pipeline(stages, { trigger }), actor)).id;
const childrenOf = async (id: string): Promise<ExecutionView[]> =>
  (await engine.list({ limit: 100 })).filter((run) => run.parentExecution?.executionId === id);

test("a child's outputs are read by bare name downstream, and it reads its parent's trigger", async () => {
  const id = await start(
    [
      calls("gives", { pipelineParameters: { v: "7" } }),
      stage("2", "evaluateVariables", ["1"], { variables: [{ key: "seen", value: "${version}!" }] }),
      { ...calls("reads"), refId: "3" },
    ],
    { type: "manual", parameters: { branch: "main" } },
  );
  const run = await untilOver(engine, id);
  const outputs = Object.fromEntries(run.stages.map(({ refId, outputs: own }) => [refId, own]));
  expect([run.status, outputs["2"], outputs["3"]]).toEqual(["SUCCEEDED", { seen: "7-rc!" }, { from: "main" }]);
});

test("canceled from above the child ends, canceled below the parent ends", async () => {
  const above = await start([calls("holds")]);
  await until(engine, above, (run) => run.stages[0]?.tasks[1]?.status === "RUNNING");
  await engine.cancel(above, "enough", actor);
  expect((await untilOver(engine, above)).status).toBe("CANCELED");
  const [child] = await childrenOf(above);
  expect(await untilOver(engine, child?.id ?? "")).toMatchObject({
    status: "CANCELED",
    cancellationReason: expect.stringContaining("enough") as string,
  });
  const below = await start([calls("holds")]);
  await until(engine, below, (run) => run.stages[0]?.tasks[1]?.status === "RUNNING");
  await engine.cancel((await childrenOf(below))[0]?.id ?? "", null, actor);
  expect((await untilOver(engine, below)).status).toBe("CANCELED");
});

test("a stage whose time is up takes its child with it, unless the pipeline goes on without it", async () => {
  const out = await start([calls("holds", { stageTimeoutMs: 400 })]);
  expect((await untilOver(engine, out)).stages[0]).toMatchObject({
    status: "TERMINAL",
    context: { canceledChild: expect.any(String) },
  });
  const [child] = await childrenOf(out);
  expect(await untilOver(engine, child?.id ?? "")).toMatchObject({
    status: "CANCELED",
    cancellationReason: expect.stringContaining("no longer waits for it") as string,
  });
  const ignored = await start([calls("holds", { stageTimeoutMs: 400, continuePipeline: true })]);
  expect((await untilOver(engine, ignored)).stages[0]?.status).toBe("FAILED_CONTINUE");
  const [goesOn] = await childrenOf(ignored);
  expect(goesOn?.status).toBe("RUNNING");
  await engine.cancel(goesOn?.id ?? "", null, actor);
});

test("a failed child fails its parent as the stage's flags say", async () => {
  const statusWith = async (flags: JsonObject) => {
    const run = await untilOver(engine, await start([calls("maybe", flags)]));
    return [run.status, run.stages[0]?.status];
  };
  expect(await statusWith({})).toEqual(["TERMINAL", "TERMINAL"]);
  expect(await statusWith({ failPipeline: false })).toEqual(["SUCCEEDED", "STOPPED"]);
  expect(await statusWith({ continuePipeline: true })).toEqual(["SUCCEEDED", "FAILED_CONTINUE"]);
});

test("the stage of a restarted child watches it again", async () => {
  const id = await start([calls("maybe")]);
  await untilOver(engine, id);
  const [child] = await childrenOf(id);
  await engine.restartStage(child?.id ?? "", child?.stages.find(({ refId }) => refId === "1")?.id ?? "", actor);
  const again = await until(engine, id, (run) => run.stages[0]?.context["restartDetails"] !== undefined);
  expect(again.stages[0]?.context["_skipPipelineRestart"]).toBe(true);
  expect((await untilOver(engine, id)).status).toBe("TERMINAL");
  expect(await childrenOf(id)).toHaveLength(1);
});

test("pipelines that start each other in a circle end, with the reason at the deepest", async () => {
  const run = await untilOver(engine, await start([calls("circle")]), 60);
  expect(run.status).toBe("TERMINAL");
  const all = (await engine.list({ limit: 100 })).filter((one) => one.name === "circle");
  expect(all).toHaveLength(20);
  const reasons = all.flatMap((one) => one.stages.map(({ failure }) => failure?.code));
  expect(reasons.filter((code) => code === "pipeline.depth")).toHaveLength(1);
});

test("runMultiplePipelines walks its levels in the engine's loop, and starts each run once", async () => {
  const plan = {
    a: { child_pipeline: "maybe", arguments: { ok: "yes", n: 1 } },
    b: { child_pipeline: "maybe", arguments: { ok: "yes", n: 2 }, depends_on: ["a"] },
    c: { child_pipeline: "maybe", arguments: { ok: "yes", n: 3 }, depends_on: ["b"] },
    d: { child_pipeline: "gives", arguments: { v: "1" } },
  };
  const id = await start([stage("1", "runMultiplePipelines", [], { yamlConfig: [{ bundle_web: plan }] })]);
  const run = await untilOver(engine, id);
  expect(run.stages[0]?.failure).toBeNull();
  expect(run.status).toBe("SUCCEEDED");
  const list = run.stages[0]?.outputs["executionsList"] as JsonObject[];
  expect(list.map((one) => [one["executionIdentifier"], one["status"]])).toEqual([
    ["a", "SUCCEEDED"],
    ["d", "SUCCEEDED"],
    ["b", "SUCCEEDED"],
    ["c", "SUCCEEDED"],
  ]);
  const children = await childrenOf(id);
  expect(children).toHaveLength(4);
  const times = new Map(
    children.map((child) => [String((child.trigger["parameters"] as JsonObject)["executionIdentifier"]), child]),
  );
  expect(Date.parse(times.get("b")?.startTime ?? "")).toBeGreaterThanOrEqual(Date.parse(times.get("a")?.endTime ?? ""));
});

test("a level that failed ends the loop there; canceled it takes its children with it", async () => {
  const failing = { a: { child_pipeline: "maybe" }, b: { child_pipeline: "gives", depends_on: ["a"] } };
  const failed = await start([stage("1", "runMultiplePipelines", [], { yamlConfig: [{ bundle_web: failing }] })]);
  expect((await untilOver(engine, failed)).status).toBe("TERMINAL");
  expect(await childrenOf(failed)).toHaveLength(1);
  const held = { a: { child_pipeline: "holds" }, b: { child_pipeline: "holds", arguments: { x: 1 } } };
  const id = await start([stage("1", "runMultiplePipelines", [], { yamlConfig: [{ bundle_web: held }] })]);
  await until(engine, id, (run) => run.stages[0]?.tasks[2]?.status === "RUNNING");
  await engine.cancel(id, null, actor);
  expect((await untilOver(engine, id)).status).toBe("CANCELED");
  for (const child of await childrenOf(id)) expect((await untilOver(engine, child.id)).status).toBe("CANCELED");
});
