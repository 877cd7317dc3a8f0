import { expect, test } from "vitest";
import { decide } from "./decide.ts";

const asImported = { asImported: true, same: false };
const changedHere = { asImported: false, same: false };
const made = { asImported: false, same: true };

test.each([
  ["new", null, false, false, "created", null],
  ["the same again", asImported, true, false, "none", "unchanged"],
  ["changed there", asImported, false, false, "replaced", null],
  ["stored without a record, as after a crash", made, false, false, "none", "unchanged"],
  ["changed here, the same there", changedHere, true, false, "none", "unchanged"],
  ["changed on both sides", changedHere, false, false, "none", "attention"],
  ["changed on both sides, overwriting", changedHere, false, true, "replaced", null],
  ["changed here, overwriting", changedHere, true, true, "replaced", null],
] as const)("%s", (_what, stored, sameAsBefore, overwrite, change, outcome) => {
  const decision = decide({ stored, sameAsBefore, overwrite });
  expect(decision).toMatchObject({ change, outcome });
  expect(decision.note === null).toBe(stored !== changedHere);
});
