import { expect, test } from "vitest";
import { aStage, anExecution } from "../testing/builders.ts";
import { fakeContext } from "../testing/fake-context.ts";
import { viewFor } from "./views.ts";

const running = anExecution({ stages: [aStage({ status: "RUNNING" })] });
const done = anExecution({ status: "SUCCEEDED", stages: [aStage({ status: "SUCCEEDED" })] });

test("JSON: a snapshot, the events as they come, the result", () => {
  const { context, out } = fakeContext();
  const view = viewFor(context, true);
  view.update(running);
  view.event({
    type: "stage.status",
    application: "shop",
    subject: "01EXECUTION",
    time: "2026-05-04T10:00:01.000Z",
    data: { status: "SUCCEEDED" },
  });
  view.update(done);
  view.end();
  const lines = out()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; data: { status: string } });
  expect(lines.map((line) => line.type)).toEqual(["execution.snapshot", "stage.status", "execution.result"]);
  expect(lines.map((line) => line.data.status)).toEqual(["RUNNING", "SUCCEEDED", "SUCCEEDED"]);
});

test("a pipe gets appended lines, and is told of a lost connection once it is back", () => {
  const { context, out } = fakeContext();
  const view = viewFor(context, false);
  view.update(running);
  view.connection("connected");
  view.connection("disconnected");
  view.connection("connected");
  view.update(done);
  view.end();
  expect(out()).not.toContain("\u001b");
  expect(
    out()
      .split("\n")
      .map((line) => line.slice(9)),
  ).toEqual([
    "deploy  shop  01EXECUTION",
    "  Stage 1  RUNNING",
    "connection lost, trying again …",
    "connected again",
    "  Stage 1  SUCCEEDED",
    "SUCCEEDED after " + out().match(/SUCCEEDED after (.*)\n/)?.[1],
    "",
  ]);
});

test("a terminal is drawn over, and the last picture is whole", () => {
  const stages = Array.from({ length: 30 }, (_, index) => aStage({ refId: String(index), status: "RUNNING" }));
  const { context, out } = fakeContext({ terminal: { columns: 60, rows: 10 }, env: { NO_COLOR: "1" } });
  const view = viewFor(context, false);
  view.update(anExecution({ stages }));
  const first = out();
  expect(first.split("\n").length).toBeLessThanOrEqual(10);
  expect(first).toContain("…");
  view.update(anExecution({ stages }));
  expect(out().slice(first.length)).toContain(`\u001b[${first.split("\n").length - 1}A`);
  const before = out().length;
  view.end();
  expect(out().slice(before).split("\n").length).toBeGreaterThan(30);
});

test("colour only in a terminal, and not with NO_COLOR", () => {
  const drawn = (env: Record<string, string>) => {
    const { context, out } = fakeContext({ terminal: { columns: 60, rows: 10 }, env });
    const view = viewFor(context, false);
    view.update(done);
    view.end();
    return out();
  };
  expect(drawn({})).toContain("\u001b[32m");
  expect(drawn({ NO_COLOR: "1" })).not.toContain("\u001b[32m");
});
