import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const rows = readFileSync(`${root}docs/capabilities.md`, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| capability") && !line.startsWith("| ---"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe("docs/capabilities.md", () => {
  test("has rows of a name, a known state and what shows it", () => {
    expect(rows.length).toBeGreaterThan(15);
    for (const [name, state] of rows) {
      expect(name).toBeTruthy();
      expect(["done", "first", "planned"]).toContain(state);
    }
  });

  test.each(rows.map(([name, state, shown]) => [name ?? "", state ?? "", shown ?? ""]))("%s", (_name, state, shown) => {
    const paths = [...shown.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
    expect(paths.length > 0).toBe(state !== "planned");
    expect(paths.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
  });
});
