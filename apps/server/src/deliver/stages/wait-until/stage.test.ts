import { expect, test } from "vitest";
import { createScene } from "../testing/scene.ts";

const start = Date.parse("2026-01-01T00:00:00Z");

test.each([
  [start + 5000, 5000],
  [String(start + 5000), 5000],
  [start - 1, 0],
  [null, 0],
])("until %j waits", async (epochMillis, ms) => {
  const { run, clock } = await createScene();
  const { stage } = await run("waitUntil", { context: { epochMillis } });
  expect([stage.status, clock.ms - start]).toEqual(["SUCCEEDED", ms]);
});

test("says until when; a moment that is none is TERMINAL", async () => {
  const { run } = await createScene();
  const { waits } = await run("waitUntil", { context: { epochMillis: start + 1000 } });
  expect(waits).toEqual([
    {
      code: "wait.until",
      message: "Waits until 2026-01-01T00:00:01.000Z",
      details: { until: "2026-01-01T00:00:01.000Z" },
    },
  ]);
  expect((await run("waitUntil", { context: { epochMillis: "soon" } })).stage.failure?.message).toContain(
    "/epochMillis must be a number",
  );
});
