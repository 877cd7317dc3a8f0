import { expect, test } from "vitest";
import { capabilitiesOf, comparedWith, readPage, tables, withTables } from "./from-spinnaker.ts";

const { text, capabilities } = readPage();

test("the page's tables are as the capabilities, stages, triggers and old names are (node tools/from-spinnaker.ts)", () => {
  expect(text).toBe(withTables(text, capabilities));
});

test("every capability stands in them once, the planned ones as missing", () => {
  const rows = capabilitiesOf(capabilities);
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const cell = `| ${row.name.replaceAll("|", "\\|")} |`;
    expect(text.split(cell)).toHaveLength(2);
    if (row.state === "planned") expect(comparedWith(row)).toBe("missing");
  }
});

test("a stage type is on one side only", () => {
  const [, runs = "", waits = ""] = /\| generic \| (.*?) \| (.*?) \|/.exec(tables(capabilities)) ?? [];
  expect(runs).toContain("`wait`");
  for (const name of runs.match(/`\w+`/g) ?? []) expect(waits).not.toContain(name);
});
