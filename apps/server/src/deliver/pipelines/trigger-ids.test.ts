import { expect, test } from "vitest";
import { withTriggerIds } from "./trigger-ids.ts";

function ids(): () => string {
  let next = 0;
  return () => `new-${++next}`;
}

test("cron triggers without an id get one; others and all that have one stay as they are", () => {
  const document = {
    name: "a",
    triggers: [
      { type: "cron", cronExpression: "0 0 * * * ?" },
      { type: "cron", id: "kept" },
      { type: "cron", id: "" },
      { type: "cron", id: null },
      { type: "git" },
      "odd",
      null,
    ],
  };
  expect(withTriggerIds(document, ids()).triggers).toEqual([
    { type: "cron", cronExpression: "0 0 * * * ?", id: "new-1" },
    { type: "cron", id: "kept" },
    { type: "cron", id: "new-2" },
    { type: "cron", id: "new-3" },
    { type: "git" },
    "odd",
    null,
  ]);
});

test.each([[{}], [{ triggers: "none" }], [{ triggers: null }], [{ triggers: [{ type: "cron", id: "x" }] }]])(
  "%j is given back as it is",
  (document) => {
    expect(withTriggerIds(document, ids())).toBe(document);
  },
);
