import { expect, test } from "vitest";
import { createScene } from "../testing/scene.ts";

test("waits while its status is WAITING, until it is patched", async () => {
  const { run } = await createScene();
  const { stage, waits } = await run("waitForCondition", {
    context: { status: "WAITING", cluster: "app", region: "eu" },
    onWait: (_waiting, one) => void (one.context["status"] = "SKIPPED"),
  });
  expect([stage.status, stage.context["status"], waits.map(({ message }) => message)]).toEqual([
    "SUCCEEDED",
    "SKIPPED",
    ["Waits until it is let go: set the stage's status to SKIPPED (app in eu)"],
  ]);
});

test("without a status nothing holds it", async () => {
  const { run } = await createScene();
  expect(await run("waitForCondition", { context: {} })).toMatchObject({ waits: [], stage: { status: "SUCCEEDED" } });
});
