import { expect, test } from "vitest";
import { cronFault, describeCron } from "./cron-expression.ts";

test.each([
  "0 0 12 * * ?",
  "0 0/12 * * * ?",
  "0 0 10,14,16 ? * MON-FRI",
  "0 15 10 L * ?",
  "0 15 10 L-3W * ?",
  "0 15 10 15W * ?",
  "0 15 10 ? * 6L",
  "0 15 10 ? * FRI#3",
  "0 15 10 ? * fri-mon 2026-2028",
  "0 0 22-4 * * ?",
  "H H 3 * * ?",
  "*/10 * * * * ?",
  "  0 0   12 1 1 ? ",
])("%s is one", (expression) => expect(cronFault(expression)).toBeNull());

test.each([
  ["", "has 0"],
  ["* * * * *", "has 5"],
  ["0 0 0 1 1 ? 2030 x", "has 8"],
  ["60 0 12 * * ?", "between 0 and 59"],
  ["0 0 24 * * ?", "between 0 and 23"],
  ["0 0 12 32 * ?", "between 1 and 31"],
  ["0 0 12 0 * ?", "between 1 and 31"],
  ["0 0 12 ? FEB ?", "Exactly one"],
  ["0 0 12 * * *", "Exactly one"],
  ["? 0 12 * * ?", "cannot be ?"],
  ["0 0 12 ? * FUNDAY", "SUN, MON"],
  ["0 0 12 ? * MON#6", "SUN, MON"],
  ["0 0/61 * * * ?", "steps by more than 59"],
  ["0 0/0 * * * ?", "above 0"],
  ["0 1/2/3 * * * ?", "more than one /"],
  ["0 1-2-3 * * * ?", "more than one -"],
  ["0 1,,2 * * * ?", "between commas"],
  ["0 0 12 H * ?", "between 1 and 31"],
  ["0 0 12 1 1 ? 2030-2029", "ends before"],
])("%j is none", (expression, reason) => expect(cronFault(expression)).toContain(reason));

test.each([
  ["0 0 12 * * ?", "At 12:00, every day"],
  ["30 5 9 ? * MON-FRI", "At 09:05:30, on MON to FRI"],
  ["0 0/15 * * * ?", "Every 15 minutes"],
  ["0 0 * * * ?", "Every hour"],
  ["0 0 3 L * ?", "At 03:00, on the last day of the month"],
  ["0 0 3 ? JUN 2,4", "At 03:00, on MON, WED, month JUN"],
  ["* * * * * ?", "Every second, every minute"],
])("%s means %s", (expression, words) => expect(describeCron(expression)).toBe(words));
