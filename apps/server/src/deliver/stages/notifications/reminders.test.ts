import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { messageFor, remindersDue } from "./reminders.ts";

const slack: JsonObject = { type: "slack", address: "#ops" };
const dueAt = (context: JsonObject, now: number) => {
  const found = remindersDue(context, "manualJudgment", now);
  return { ...found, context: { ...context, notifications: found.notifications } };
};

test("each notification is due once", () => {
  const first = dueAt({ notifications: [slack, { type: "email" }] }, 1000);
  expect(first.due.map(({ index, times }) => [index, times])).toEqual([
    [0, 1],
    [1, 1],
  ]);
  expect(first.nextInMs).toBeNull();
  expect(dueAt(first.context, 9_999_999).due).toEqual([]);
});

test("and again each notifyEveryMs, its own before the stage's", () => {
  const context = { notifyEveryMs: "5000", notifications: [slack, { ...slack, notifyEveryMs: 2000 }] };
  const first = dueAt(context, 0);
  expect(first.nextInMs).toBe(2000);
  const second = dueAt(first.context, 2000);
  expect([second.due.map(({ index }) => index), second.told, second.nextInMs]).toEqual([[1], 2, 2000]);
  const third = dueAt(second.context, 5000);
  expect([third.due.map(({ index }) => index), third.told]).toEqual([[0, 1], 3]);
});

test("entries with a when list are for its states", () => {
  const notifications = [
    { ...slack, when: ["manualJudgmentStop"] },
    { ...slack, when: [] },
  ];
  expect(dueAt({ notifications }, 0).due.map(({ index }) => index)).toEqual([1]);
  expect(remindersDue({ notifications }, "manualJudgmentStop", 0).due).toHaveLength(2);
});

test("what is no list or no object is left out", () => {
  expect(dueAt({ notifications: "slack" }, 0).due).toEqual([]);
  expect(dueAt({ notifications: [1, null, slack] }, 0).due).toHaveLength(1);
});

test("a stage that only says how often is told without an address", () => {
  expect(dueAt({ notifyEveryMs: 5 }, 0).due).toEqual([{ index: 0, notification: {}, times: 1 }]);
});

test("words of one's own", () => {
  const notification = { message: { manualJudgment: { text: "Look!" } } };
  expect(messageFor(notification, "manualJudgment")).toBe("Look!");
  expect(messageFor(notification, "manualJudgmentStop")).toBeNull();
});

test("however often it is asked, it tells once per interval", () => {
  const steps = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (waits) => {
      let context: JsonObject = { notifyEveryMs: 1000, notifications: [slack] };
      let now = 0;
      const told: number[] = [];
      for (const wait of [0, ...waits]) {
        now += wait;
        const found = dueAt(context, now);
        if (found.due.length > 0) told.push(now);
        context = found.context;
      }
      expect(told[0]).toBe(0);
      for (const [index, moment] of told.entries())
        if (index > 0) expect(moment - (told[index - 1] ?? 0)).toBeGreaterThanOrEqual(1000);
      expect(told.length).toBeGreaterThanOrEqual(Math.floor(now / 1700));
    }),
  );
});
