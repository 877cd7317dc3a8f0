import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const here = fileURLToPath(new URL("./", import.meta.url));
const root = fileURLToPath(new URL("../../../", import.meta.url));
const readme = readFileSync(`${here}../README.md`, "utf8");

/** The rows of the table of rules, each with the tests that it names. */
function rows(): { rule: string; tests: { file: string; title: string }[] }[] {
  const [, section = ""] = readme.split("## Rules and their tests\n");
  const lines = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(2).map((line) => {
    const [rule = "", tests = ""] = line.slice(2, -2).split(" | ");
    const named = [...tests.matchAll(/`([^`]+\.test\.ts)`: "([^"]+)"/g)];
    return { rule, tests: named.map(([, file = "", title = ""]) => ({ file, title })) };
  });
}

test("every rule names tests, and every test that is named exists", () => {
  const table = rows();
  expect(table.length).toBeGreaterThan(50);
  const sources = new Map<string, string>();
  const read = (file: string): string => {
    const path = file.includes("/") ? `${root}${file}` : `${here}${file}`;
    const known = sources.get(path) ?? readFileSync(path, "utf8");
    sources.set(path, known);
    return known;
  };
  for (const { rule, tests } of table) expect(tests.length, `tests of the rule: ${rule}`).toBeGreaterThan(0);
  const missing = table.flatMap(({ tests }) =>
    tests.filter(({ file, title }) => !read(file).includes(`"${title}"`)).map(({ file, title }) => `${file}: ${title}`),
  );
  expect(missing).toEqual([]);
});
