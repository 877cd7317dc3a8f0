import { expect, test } from "vitest";
import { createScene } from "../testing/scene.ts";

test("does nothing and is SKIPPED, as Orca's is", async () => {
  const { run } = await createScene();
  const { stage, stages } = await run("noop", { context: { anything: 1 } });
  expect([stage.status, stage.tasks, stages.length]).toEqual(["SKIPPED", [], 1]);
});
