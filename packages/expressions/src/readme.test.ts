import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FUNCTIONS } from "./functions/registry.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { CONSTRUCTORS, METHODS } from "./methods/registry.ts";
import { STATIC_METHODS } from "./methods/statics.ts";
import { ALLOWED_TYPES } from "./types.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const section = (title: string): string => readme.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
const row = (title: string, first: string): string[] =>
  section(title)
    .split("\n")
    .find((line) => line.startsWith(`| ${first} |`))
    ?.split("|")
    .slice(2, -1)
    .map((cell) => cell.trim()) ?? [];
const names = (table: { keys(): Iterable<string> } | undefined): string =>
  Array.from(table?.keys() ?? [])
    .toSorted()
    .map((name) => `\`${name}\``)
    .join(" ") || "–";

test("the README lists every function", () => {
  const listed = [
    ...(section("Functions")
      .trim()
      .split("\n\n")[0]
      ?.matchAll(/`#(\w+)`/g) ?? []),
  ].map((match) => match[1]);
  expect(listed).toEqual([...FUNCTIONS.keys()].toSorted());
});

test.each(ALLOWED_TYPES)("the README lists what %s offers", (type) => {
  expect(row("Types", `\`${type}\``)).toEqual([names(STATIC_METHODS.get(type)), CONSTRUCTORS.has(type) ? "yes" : "–"]);
});

test.each([...METHODS.keys()])("the README lists the methods of %s", (kind) => {
  expect(row("Methods", kind)).toEqual([names(METHODS.get(kind))]);
});

test.each(Object.entries(DEFAULT_LIMITS))("the README shows the limit %s", (name, value) => {
  expect(row("Limits", `\`${name}\``)).toEqual([String(value)]);
});
