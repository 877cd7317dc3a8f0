import { expect, test } from "vitest";
import type { ExecutionView } from "../../../engine/api.ts";
import { createScene } from "../testing/scene.ts";

const other = (status: string) => ({ id: "o", name: "base", type: "PIPELINE", status }) as ExecutionView;
const context = { executionType: "pipeline", executionId: "o" };

test.each([
  ["SUCCEEDED", "SUCCEEDED"],
  ["STOPPED", "SUCCEEDED"],
  ["TERMINAL", "CANCELED"],
  ["CANCELED", "CANCELED"],
])("once the other run has ended %s it is %s", async (status, wanted) => {
  const scene = await createScene();
  scene.children.set("o", other("RUNNING"));
  const { stage, waits } = await scene.run("dependsOnExecution", {
    context,
    onWait: () => void scene.children.set("o", other(status)),
  });
  expect(waits.map(({ message }) => message)).toEqual(['Waits for run o ("base"), which is RUNNING']);
  expect(stage.status).toBe(wanted);
  if (wanted === "CANCELED") expect(stage.context["reason"]).toContain(`completed with status ${status}`);
});

test.each([
  ["nobody", "pipeline"],
  ["o", "orchestration"],
])("a run %s of the type %s that is not there ends it", async (executionId, executionType) => {
  const scene = await createScene();
  scene.children.set("o", other("RUNNING"));
  const { stage } = await scene.run("dependsOnExecution", { context: { executionId, executionType } });
  expect([stage.status, stage.failure?.message]).toEqual([
    "TERMINAL",
    `There is no ${executionType} run ${executionId}.`,
  ]);
});
