import { expect, test } from "vitest";
import type { ExecutionView } from "../../../engine/api.ts";
import { parentSnapshot } from "./parent-snapshot.ts";

const parent = (output: string, grand = ""): ExecutionView =>
  ({
    id: "p",
    type: "PIPELINE",
    application: "shop",
    name: "ship",
    pipelineConfigId: "c",
    status: "RUNNING",
    buildTime: "2026-01-01T00:00:00Z",
    startTime: null,
    authentication: { user: "ann" },
    trigger: { type: "pipeline", parameters: { v: "7" }, parentExecution: { id: "g", big: grand } },
    stages: [
      {
        id: "s",
        refId: "1",
        type: "wait",
        name: "Wait",
        status: "SUCCEEDED",
        startTime: "2026-01-01T00:00:01Z",
        endTime: null,
        requisiteStageRefIds: [],
        parentStageId: null,
        context: { a: 1 },
        outputs: { output },
      },
    ],
  }) as unknown as ExecutionView;

test("carries trigger, stages and outputs, times in milliseconds", () => {
  expect(parentSnapshot(parent("x"))).toMatchObject({
    id: "p",
    name: "ship",
    pipelineConfigId: "c",
    buildTime: Date.parse("2026-01-01T00:00:00Z"),
    startTime: null,
    authentication: { user: "ann" },
    trigger: { parameters: { v: "7" }, parentExecution: { id: "g" } },
    stages: [
      { refId: "1", status: "SUCCEEDED", startTime: 1767225601000, context: { a: 1 }, outputs: { output: "x" } },
    ],
  });
});

test("a long one loses outputs first, then ancestors, then stages", () => {
  const long = "x".repeat(300_000);
  const first = parentSnapshot(parent(long));
  expect(first).toMatchObject({ trigger: { parentExecution: { big: "" } }, stages: [{ refId: "1" }] });
  expect(JSON.stringify(first)).not.toContain("outputs");
  const second = parentSnapshot(parent(long, long));
  expect(second).toMatchObject({ trigger: { parentExecution: { id: "g" } }, stages: [{ refId: "1" }] });
  const huge = { ...parent("x"), trigger: { payload: long } };
  expect(Object.keys(parentSnapshot(huge))).not.toContain("trigger");
  expect(parentSnapshot(huge)).toMatchObject({ id: "p", name: "ship" });
});
