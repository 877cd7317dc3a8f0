import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { routes } from "./app.ts";
import { exitCodes } from "./exit-codes.ts";
import { commandsOf, commandTable } from "./readme-table.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const commands = commandsOf(routes);

describe("the README", () => {
  test("has the table of all commands as the program has them", () => {
    const table = /<!-- commands -->\n([\s\S]*?)\n<!-- end of commands -->/.exec(readme)?.[1]?.trim();
    expect(table).toBe(commandTable(commands));
  });

  test("documents every exit code", () => {
    for (const code of Object.values(exitCodes)) expect(readme).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
  });
});

test("every command explains itself with an example of itself", () => {
  expect(commands.length).toBeGreaterThan(40);
  for (const { path, examples } of commands) {
    const words = path.split(" ").filter((word) => /^[a-z-]+$/.test(word));
    const noun = (words[1] ?? "").replace(/s$/, "");
    expect(examples.length, path).toBeGreaterThan(0);
    expect(examples[0], path).toMatch(new RegExp(`^gennaker ${noun}`));
  }
});
