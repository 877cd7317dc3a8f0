import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { actor, engineScene, pipeline, stage, statuses, until, untilOver } from "./fixtures/scene.ts";
import { testStageTypes } from "./fixtures/stage-types.ts";

const scene = await engineScene();
const engine = await scene.replica(testStageTypes());
afterAll(() => scene.end());

const today = new Date().getUTCDay() + 1;
const restricted = (window: JsonObject) =>
  pipeline([
    stage("1", "noop", [], {
      restrictExecutionDuringTimeWindow: true,
      restrictedExecutionWindow: window,
      stageTimeoutMs: 60_000,
    }),
  ]);

test("a stage waits for its window, says until when, and goes on when the wait is skipped", async () => {
  const { id } = await engine.start(restricted({ days: [(today % 7) + 1] }), actor);
  const waiting = await until(
    engine,
    id,
    (execution) => execution.stages[1]?.tasks[0]?.waiting?.code === "window.closed",
  );
  expect(statuses(waiting)).toEqual({ 1: "RUNNING", "1<1": "RUNNING" });
  expect(waiting.stages[1]?.tasks[0]?.waiting?.message).toMatch(/opens at \d{4}-\d\d-\d\dT00:00:00\.000Z/);
  await engine.patchStage(id, waiting.stages[1]?.id ?? "", { skipRemainingWait: true }, actor);
  expect(statuses(await untilOver(engine, id))).toEqual({ 1: "SUCCEEDED", "1<1": "SUCCEEDED" });
});

test("in its window a stage runs at once; jitter delays it, except for a manual start that says so", async () => {
  const jitter = { enabled: true, minDelay: 3_600, maxDelay: 7_200, skipManual: true };
  const everyDay = { days: [1, 2, 3, 4, 5, 6, 7], jitter };
  const open = await engine.start(restricted(everyDay), actor);
  expect((await untilOver(engine, open.id)).status).toBe("SUCCEEDED");
  const delayed = await engine.start({ ...restricted(everyDay), trigger: { type: "cron" } }, actor);
  const waiting = await until(
    engine,
    delayed.id,
    (execution) => typeof execution.stages[1]?.context["scheduledTime"] === "number",
  );
  expect(Number(waiting.stages[1]?.context["scheduledTime"])).toBeGreaterThan(Date.now() + 3_000_000);
  await engine.cancel(delayed.id, null, actor);
  expect((await untilOver(engine, delayed.id)).status).toBe("CANCELED");
});

test("a window that cannot be read fails the stage with the reason", async () => {
  const { id } = await engine.start(restricted({ days: [9] }), actor);
  const execution = await untilOver(engine, id);
  expect(statuses(execution)).toEqual({ 1: "TERMINAL", "1<1": "TERMINAL" });
  expect(execution.stages[0]?.failure?.message).toContain("days must be a whole number from 1 to 7");
});
