import { expect, test } from "vitest";
import type { RunOperation } from "@gennaker/engine-core/model.ts";
import { runWrite } from "./write.ts";

const begin: RunOperation = { op: "start", stageId: "s", kind: "run", taskId: "1", attempt: 1 };
const ids = { execution_id: "e", stage_id: "s" };
const write = (...operations: RunOperation[]) => runWrite("e", "s", operations);

test("all operations of a transition on a side effect come down to one row operation", () => {
  expect(write()).toBeNull();
  expect(write(begin)).toMatchObject({
    what: "start",
    row: { ...ids, kind: "run", cancel_requested: false, parked: false },
  });
  expect(write({ op: "delete", stageId: "s" }, { ...begin, taskId: "2" })).toMatchObject({
    what: "start",
    row: { task_id: "2" },
  });
  expect(write(begin, { op: "delete", stageId: "s" })).toEqual({ what: "delete", ...ids });
});

test("a side effect that is begun and at once asked to end, or begun in a pause, is stored so", () => {
  expect(write(begin, { op: "abort", stageId: "s" })).toMatchObject({ what: "start", row: { cancel_requested: true } });
  expect(write(begin, { op: "park", stageId: "s" })).toMatchObject({ what: "start", row: { parked: true } });
  expect(write(begin, { op: "park", stageId: "s" }, { op: "unpark", stageId: "s" })).toMatchObject({
    what: "start",
    row: { parked: false },
  });
});

test("waits carry their time and topics; for ever is infinity; no topics are none", () => {
  const wait = (due: number, topics: string[]): RunOperation => ({
    op: "wait",
    stageId: "s",
    due,
    topics,
    failures: 2,
  });
  expect(write(wait(0, ["a\u0000"]))).toMatchObject({
    what: "update",
    row: { wait: true, due: "1970-01-01T00:00:00.000Z", topics: ["a\uFFFD"], failures: 2 },
  });
  expect(write(wait(Number.POSITIVE_INFINITY, []))).toMatchObject({ row: { due: "infinity", topics: null } });
});

test("updates of one transition add up", () => {
  expect(write({ op: "park", stageId: "s" }, { op: "abort", stageId: "s" })).toMatchObject({
    what: "update",
    row: { abort: true, parked: false },
  });
  expect(write({ op: "again", stageId: "s" }, { op: "park", stageId: "s" })).toMatchObject({
    what: "update",
    row: { again: true, parked: true },
  });
});
