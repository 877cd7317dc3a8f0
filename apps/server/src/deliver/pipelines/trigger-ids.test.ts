import { expect, test } from "vitest";
import { withTriggerIds } from "./trigger-ids.ts";

let next = 0;
const newId = () => `new-${++next}`;

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
  expect(withTriggerIds(document, newId).triggers).toEqual([
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
    expect(withTriggerIds(document, newId)).toBe(document);
  },
);
