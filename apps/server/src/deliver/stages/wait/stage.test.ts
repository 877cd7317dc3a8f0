import { expect, test } from "vitest";
import { createScene } from "../testing/scene.ts";

test.each([
  [30, 30_000],
  ["30", 30_000],
  [0.5, 500],
  [0, 0],
  [-5, 0],
  [null, 0],
])("waits %j seconds", async (waitTime, ms) => {
  const { run, clock } = await createScene();
  const before = clock.ms;
  const { stage } = await run("wait", { context: { waitTime } });
  expect(stage.status).toBe("SUCCEEDED");
  expect(clock.ms - before).toBe(ms);
});

test("says until when, and a patch ends it at once", async () => {
  const { run, clock } = await createScene();
  const before = clock.ms;
  const { stage, waits } = await run("wait", {
    context: { waitTime: 3600 },
    onWait: (_waiting, one) => {
      one.context["skipRemainingWait"] = "true";
      clock.ms = before;
    },
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(waits).toEqual([
    {
      code: "wait.time",
      message: "Waits until 2026-01-01T01:00:00.000Z",
      details: { until: "2026-01-01T01:00:00.000Z", seconds: 3600 },
    },
  ]);
});

test("a time that is none ends the stage with its place", async () => {
  const { run } = await createScene();
  const { stage } = await run("wait", { context: { waitTime: "soon" } });
  expect(stage.failure).toEqual({
    code: "stage.fields",
    message:
      'The wait stage cannot run: /waitTime must be a number, but is the text "soon". Correct the pipeline and start again.',
  });
});

test("a wait longer than an hour does not time out", async () => {
  const { runner } = await createScene();
  const type = runner.types.get("wait");
  const stage = { context: { waitTime: 7200 }, type: "wait" } as never;
  expect(type?.tasks({ execution: {} as never, stage })[0]?.timeoutMs).toBeGreaterThan(7_200_000);
});
