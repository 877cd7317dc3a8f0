import { expect, test } from "vitest";
import type { ExecutionView } from "../../../engine/api.ts";
import type { StartPipeline } from "../deps.ts";
import { createScene } from "../testing/scene.ts";

const child = (edit: Partial<ExecutionView>): ExecutionView =>
  ({
    id: "child",
    name: "canary check",
    status: "RUNNING",
    canceled: false,
    canceledBy: null,
    failure: null,
    stages: [],
    ...edit,
  }) as ExecutionView;
const context = { application: "other", pipeline: "config-2", pipelineParameters: { version: "7" } };

test("starts the child with its parent, parameters, user and a key, and waits for its end", async () => {
  const started: StartPipeline[] = [];
  const scene = await createScene({
    deps: {
      async startPipeline(input) {
        started.push(input);
        return { executionId: "child", name: "canary check" };
      },
    },
  });
  scene.children.set("child", child({}));
  const { stage, waits } = await scene.run("pipeline", {
    context,
    execution: { trigger: { artifacts: [{ name: "app" }] } },
    onWait: () => void scene.children.set("child", child({ status: "SUCCEEDED" })),
  });
  const parent = { executionId: "run", stageId: stage.id };
  expect(started).toEqual([
    {
      key: `run/${stage.id}/startPipeline/1`,
      application: "other",
      pipelineConfigId: "config-2",
      parameters: { version: "7" },
      parent,
      user: "ann",
      strategy: false,
      artifacts: [{ name: "app" }],
      trigger: {
        type: "pipeline",
        user: "ann",
        parentPipelineStageId: stage.id,
        strategy: false,
        correlationId: `run_${stage.id}_config-2`,
        parentExecution: expect.objectContaining({
          id: "run",
          name: "ship",
          trigger: { artifacts: [{ name: "app" }] },
        }),
      },
    },
  ]);
  expect(waits[0]?.message).toBe('Waits for pipeline "canary check" (run child), which is RUNNING');
  expect(stage.status).toBe("SUCCEEDED");
  expect(stage.context).toMatchObject({ executionId: "child", status: "SUCCEEDED", executionName: "canary check" });
});

test("wakes on the end of the child", async () => {
  const scene = await createScene();
  scene.children.set("child", child({}));
  const task = scene.runner.types.get("pipeline")?.tasks({ execution: {} as never, stage: { context } as never })[1];
  const result = await task?.run({ stage: { context: { executionId: "child" } } } as never);
  expect(result).toMatchObject({ status: "RUNNING", wakeOn: ["execution:child"] });
});

test.each<[Partial<ExecutionView>, string, string]>([
  [{ status: "CANCELED", canceledBy: "bo" }, "CANCELED", 'Pipeline "canary check" (run child) was canceled by bo.'],
  [{ status: "STOPPED" }, "TERMINAL", 'Pipeline "canary check" (run child) ended STOPPED.'],
  [
    {
      status: "TERMINAL",
      stages: [
        { name: "Deploy", status: "TERMINAL", outputs: {}, failure: { code: "x", message: "no disk" } } as never,
      ],
    },
    "TERMINAL",
    'Pipeline "canary check" (run child) ended TERMINAL: stage "Deploy" failed (no disk).',
  ],
])("a child that ended %j", async (edit, status, words) => {
  const scene = await createScene();
  scene.children.set("child", child(edit));
  const { stage } = await scene.run("pipeline", { context });
  expect([stage.status, stage.failure?.message]).toEqual([status, words]);
});

test("without waitForCompletion the start is enough", async () => {
  const scene = await createScene();
  const { stage } = await scene.run("pipeline", { context: { ...context, waitForCompletion: "false" } });
  expect(stage.status).toBe("SUCCEEDED");
  expect(stage.tasks.map((task) => task.name)).toEqual(["startPipeline"]);
});

test("a canceled stage cancels a running child, not a finished one", async () => {
  const scene = await createScene();
  scene.children.set("child", child({}));
  await scene.run("pipeline", { context, onWait: () => "cancel" });
  expect(scene.canceled).toEqual(["child"]);
  scene.children.set("child", child({}));
  await scene.run("pipeline", {
    context,
    onWait: () => {
      scene.children.set("child", child({ status: "SUCCEEDED" }));
      return "cancel";
    },
  });
  expect(scene.canceled).toEqual(["child"]);
});

test("the outputs of the child's stages become outputs of the stage, unless it skips them", async () => {
  const stages = [
    { refId: "2", requisiteStageRefIds: ["1"], outputs: { image: "b", artifacts: [{ name: "x" }, { name: "y" }] } },
    { refId: "1", requisiteStageRefIds: [], outputs: { image: "a", artifacts: [{ name: "x" }], only: 1 } },
  ].map((one) => ({ id: one.refId, parentStageId: null, status: "SUCCEEDED", ...one })) as never;
  const run = async (more: object) => {
    const scene = await createScene();
    scene.children.set("child", child({ status: "SUCCEEDED", stages }));
    return (await scene.run("pipeline", { context: { ...context, ...more } })).stage;
  };
  expect((await run({})).outputs).toEqual({ image: "b", artifacts: [{ name: "x" }, { name: "y" }], only: 1 });
  expect((await run({ skipDownstreamOutput: "true" })).outputs).toEqual({});
  const bound = await run({ expectedArtifacts: [{ id: "e", matchArtifact: { name: "y" } }] });
  expect(bound.outputs["resolvedExpectedArtifacts"]).toMatchObject([{ id: "e", boundArtifact: { name: "y" } }]);
});

test("a child that failed leaves its exception as Orca writes it", async () => {
  const failed = {
    id: "7",
    name: "Deploy",
    status: "TERMINAL",
    outputs: {},
    failure: { code: "x", message: "no disk" },
  };
  const scene = await createScene();
  scene.children.set("child", child({ status: "TERMINAL", stages: [failed as never] }));
  const { stage } = await scene.run("pipeline", { context });
  expect(stage.context["exception"]).toEqual({
    source: { executionId: "child", stageId: "7", stageName: "Deploy", stageIndex: 0 },
    details: { errors: ["Exception in child pipeline stage (canary check: Deploy): no disk"] },
  });
});

test("after a restart of the child it is watched, not started again", async () => {
  const started: StartPipeline[] = [];
  const scene = await createScene({
    deps: {
      startPipeline: async (input) => {
        started.push(input);
        return { executionId: "another", name: "n" };
      },
    },
  });
  scene.children.set("child", child({ status: "SUCCEEDED" }));
  const kept = { ...context, _skipPipelineRestart: true, executionId: "child" };
  const { stage } = await scene.run("pipeline", { context: kept });
  expect([stage.status, started.length, stage.tasks.map(({ name }) => name)]).toEqual([
    "SUCCEEDED",
    0,
    ["monitorPipeline"],
  ]);
});

test("pipelines that start each other in a circle end after 20 runs", async () => {
  const scene = await createScene();
  for (let depth = 1; depth <= 30; depth += 1) {
    const parentExecution = depth === 30 ? null : { executionId: `a${depth + 1}`, stageId: "s" };
    scene.children.set(
      `a${depth}`,
      child({ id: `a${depth}`, name: depth % 2 === 0 ? "ship" : "verify", parentExecution }),
    );
  }
  const nested = async (depth: number) =>
    (
      await scene.run("pipeline", {
        context: { ...context, waitForCompletion: false },
        execution: { parentExecution: { executionId: `a${31 - depth}`, stageId: "s" } },
      })
    ).stage;
  expect((await nested(19)).status).toBe("SUCCEEDED");
  expect((await nested(20)).failure?.message).toBe(
    'The run has 20 ancestors already, so it starts no further one: "ship", "verify" may start each other in a circle.',
  );
});

test("a strategy is named by pipelineId and is told the images that were found", async () => {
  const started: StartPipeline[] = [];
  const scene = await createScene({
    deps: {
      startPipeline: async (input) => {
        started.push(input);
        return { executionId: "child", name: "n" };
      },
    },
  });
  await scene.run("pipeline", {
    context: {
      waitForCompletion: false,
      pipelineApplication: "tools",
      pipelineId: "strategy-1",
      pipelineParameters: { strategy: true, region: "eu" },
      deploymentDetails: [
        { ami: "a-1", imageName: "i-1", region: "us" },
        { ami: "a-2", imageId: "id-2", region: "eu" },
      ],
    },
  });
  expect(started).toMatchObject([
    {
      application: "tools",
      pipelineConfigId: "strategy-1",
      strategy: true,
      trigger: { strategy: true },
      parameters: { strategy: true, region: "eu", amiName: "a-2", imageId: "id-2" },
    },
  ]);
  const unnamed = await scene.run("pipeline", { context: { pipelineParameters: { strategy: true }, pipeline: "x" } });
  expect(unnamed.stage.failure?.message).toContain("/pipelineId is missing");
});
