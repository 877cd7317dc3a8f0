import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const rows = readFileSync(`${root}docs/security.md`, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| area") && !line.startsWith("| ---"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** What a deployment tool is attacked by; each needs at least one row. */
const areas = [
  "login",
  "sessions",
  "tokens",
  "permissions",
  "multi-tenant reads",
  "UI",
  "API",
  "expressions",
  "artifacts",
  "webhooks",
  "outgoing",
  "secrets",
  "audit",
  "MCP",
  "gateway",
  "database",
  "supply chain",
];

describe("docs/security.md", () => {
  test("has every area, and every kind of threat", () => {
    const seen = new Set(rows.map(([area]) => area));
    expect(areas.filter((area) => !seen.has(area))).toEqual([]);
    expect(new Set(rows.map(([, , kind]) => kind))).toEqual(new Set(["S", "T", "R", "I", "D", "E"]));
  });

  test.each(rows.map(([area = "", threat = "", , measure = "", tests = ""]) => ({ area, threat, measure, tests })))(
    "$area: $threat",
    ({ threat, measure, tests }) => {
      expect([threat, measure]).not.toContain("");
      const named = [...tests.matchAll(/`([^`]+)` › "([^"]+)"/g)].map(([, file = "", title = ""]) => ({ file, title }));
      expect(named.length).toBeGreaterThan(0);
      expect(named.length).toBe(tests.split("; ").length);
      const missing = named.filter(
        ({ file, title }) => !existsSync(`${root}${file}`) || !readFileSync(`${root}${file}`, "utf8").includes(title),
      );
      expect(missing).toEqual([]);
    },
  );
});

test("SECURITY.md leads to what there is", () => {
  const text = readFileSync(`${root}SECURITY.md`, "utf8");
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, path = ""]) => path);
  expect(links.length).toBeGreaterThan(4);
  expect(links.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
});
