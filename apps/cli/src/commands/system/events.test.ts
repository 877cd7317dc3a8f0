import { expect, test } from "vitest";
import { createStyle } from "../../output/style.ts";
import { eventLine } from "./events.ts";

const event = (data: Record<string, unknown>) => ({
  type: "stage.waiting",
  application: "shop",
  subject: "01EXECUTION",
  time: "2026-05-04T10:20:30.123Z",
  data,
});

test("an event is one line: when, what, whose, and the words", () => {
  expect(eventLine(event({ name: "Ask", waiting: { code: "c", message: "for kim\n" } }), createStyle(false))).toBe(
    "10:20:30  stage.waiting  shop  Ask  for kim  01EXECUTION",
  );
  expect(
    eventLine(event({ name: "a\u001b[2J", status: "TERMINAL", failure: { message: "no space" } }), createStyle(false)),
  ).toBe("10:20:30  stage.waiting  shop  a\ufffd[2J  TERMINAL  no space  01EXECUTION");
  expect(eventLine({ ...event({ status: 3 }), application: null }, createStyle(false))).toBe(
    "10:20:30  stage.waiting  01EXECUTION",
  );
});
