import type { ImportItem, ImportResult } from "@gennaker/contract/resources/import.ts";
import { expect, test } from "vitest";
import { inOrderOfNeed, missingAccounts, requestOf, toWrite } from "./import-report.ts";

const item = (outcome: ImportItem["outcome"], more: Partial<ImportItem> = {}): ImportItem => ({
  source: "a.json",
  pointer: "",
  kind: "pipeline",
  name: outcome,
  application: "shop",
  outcome,
  change: "created",
  key: null,
  notes: [],
  ...more,
});
const missing = (name: string, use = "deploy") => ({
  level: "attention" as const,
  code: `account.missing.${use}`,
  pointer: "/stages/0",
  message: `the account "${name}" is not configured here`,
});
const result: ImportResult = {
  id: "01IMPORT",
  dryRun: true,
  counts: { imported: 1, repaired: 0, attention: 2, unchanged: 1, refused: 1 },
  items: [
    item("imported"),
    item("attention", { notes: [missing("prod"), { ...missing("x"), code: "stage.unsupported" }] }),
    item("unchanged", { change: "none" }),
    item("attention", { name: "second", change: "replaced", notes: [missing("dev", "artifact"), missing("prod")] }),
    item("refused", { change: "none" }),
  ],
};

test("accounts that are missing are asked for once each", () => {
  expect(missingAccounts(result)).toEqual(["dev", "prod"]);
  expect(missingAccounts(undefined)).toEqual([]);
});

test("only what changes something counts as to be written", () => {
  expect(toWrite(result)).toBe(3);
});

test("what needs eyes comes first, and one outcome can be picked", () => {
  expect(inOrderOfNeed(result.items, null).map((each) => each.name)).toEqual([
    "refused",
    "attention",
    "second",
    "imported",
    "unchanged",
  ]);
  expect(inOrderOfNeed(result.items, "attention").map((each) => each.name)).toEqual(["attention", "second"]);
});

test("what is sent has no empty choices", () => {
  const received = [{ source: "a.json", text: "{}" }];
  expect(requestOf(received, { application: " ", overwrite: false, accounts: { prod: "" } }, true)).toEqual({
    dryRun: true,
    overwrite: false,
    items: received,
  });
  expect(requestOf(received, { application: "shop", overwrite: true, accounts: { prod: "local" } }, false)).toEqual({
    dryRun: false,
    overwrite: true,
    accounts: { prod: "local" },
    items: [{ source: "a.json", text: "{}", application: "shop" }],
  });
});
