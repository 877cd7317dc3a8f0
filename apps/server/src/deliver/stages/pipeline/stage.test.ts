import { expect, test } from "vitest";
import type { ExecutionView } from "../../../engine/api.ts";
import type { StartPipeline } from "../deps.ts";
import { createScene } from "../testing/scene.ts";

const child = (edit: Partial<ExecutionView>): ExecutionView =>
  ({ id: "child", name: "canary check", status: "RUNNING", canceledBy: null, stages: [], ...edit }) as ExecutionView;
const context = { application: "other", pipeline: "config-2", pipelineParameters: { version: "7" } };

test("starts the child with its parent, parameters, user and a key, and waits for its end", async () => {
  const started: StartPipeline[] = [];
  const scene = await createScene({
    deps: {
      async startPipeline(input) {
        started.push(input);
        return { executionId: "child" };
      },
    },
  });
  scene.children.set("child", child({}));
  const { stage, waits } = await scene.run("pipeline", {
    context,
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
      stages: [{ name: "Deploy", status: "TERMINAL", failure: { code: "x", message: "no disk" } } as never],
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
