import { describe, expect, test } from "vitest";
import { remindersOf, scriptOf, webhookOf } from "./stage-extras.ts";
import { makeStage } from "./testing.ts";

describe("a script stage", () => {
  test.each([
    [{}, null],
    [{ script: { id: "a", owner: "b" } }, { log: "", exitStatus: null, truncated: false }],
    [
      { script: { log: "one\ntwo", exitStatus: 3, logTruncated: true } },
      { log: "one\ntwo", exitStatus: 3, truncated: true },
    ],
  ])("%o", (context, expected) => {
    expect(scriptOf(makeStage("1", { type: "script", context }))).toEqual(expected);
  });

  test("another stage's field of the same name is no script", () => {
    expect(scriptOf(makeStage("1", { type: "wait", context: { script: { log: "x" } } }))).toBeNull();
  });
});

describe("a webhook", () => {
  test("that is monitored tells its progress and what it retried", () => {
    const context = {
      url: "http://x.example/start",
      method: "post",
      webhook: {
        statusCodeValue: 201,
        monitor: {
          statusCode: "OK",
          statusCodeValue: 200,
          percentComplete: 140,
          progressMessage: "halfway",
          pastStatusCodes: [503, 503],
          body: { status: "RUNNING" },
        },
      },
    };
    expect(webhookOf({ context })).toEqual({
      request: "POST http://x.example/start",
      answer: "200 OK",
      percent: 100,
      message: "halfway",
      retried: [503, 503],
      error: null,
      body: { status: "RUNNING" },
    });
  });

  test("that is not has its first answer", () => {
    const context = {
      url: "http://x.example",
      webhook: { statusCode: "CREATED", statusCodeValue: 201, error: "late" },
    };
    expect(webhookOf({ context })).toMatchObject({
      request: "GET http://x.example",
      answer: "201 CREATED",
      error: "late",
    });
    expect(webhookOf({ context: {} })).toBeNull();
  });
});

test("reminders of a judgement come from what it waits for, else from its context", () => {
  const waits = makeStage("1", {
    type: "manualJudgment",
    waiting: "w",
    details: { reminded: 2 },
    context: { reminded: 1 },
  });
  const done = makeStage("1", { type: "manualJudgment", context: { reminded: 3 } });
  expect([remindersOf(waits), remindersOf(done), remindersOf(makeStage("1", { context: { reminded: 3 } }))]).toEqual([
    2, 3, 0,
  ]);
});
