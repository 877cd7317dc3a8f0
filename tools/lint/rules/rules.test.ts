import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { noBarrel } from "./no-barrel.ts";
import { noModuleState } from "./no-module-state.ts";
import { noShell } from "./no-shell.ts";
import type { Node, Rule } from "./rule.ts";
import { tsExtension } from "./ts-extension.ts";

function messages(rule: Rule, code: string): string[] {
  const found: string[] = [];
  const visitors = rule.create({ report: ({ message }) => found.push(message), filename: "x.ts" });
  const visit = (node: unknown, parent: Node | null): void => {
    if (Array.isArray(node)) return node.forEach((each) => visit(each, parent));
    if (typeof node !== "object" || node === null || typeof (node as Node).type !== "string") return;
    const typed = node as Node;
    visitors[typed.type]?.({ ...typed, parent } as Node);
    for (const value of Object.values(typed)) visit(value, typed);
  };
  visit(parseSync("x.ts", code).program, null);
  return found;
}

describe("own lint rules", () => {
  test.each([
    [noShell, `import { exec } from "node:child_process";`, 1],
    [noShell, `import { spawn } from "node:child_process"; spawn("ls", [], { shell: true });`, 1],
    [noShell, `import { spawn } from "node:child_process"; spawn("ls", ["-l"], { shell: false });`, 0],
    [noModuleState, `let count = 0;`, 1],
    [noModuleState, `export let count = 0;`, 1],
    [noModuleState, `const limit = 3; function f() { let inner = 0; return inner + limit; }`, 0],
    [tsExtension, `import { a } from "./a";`, 1],
    [tsExtension, `import { a } from "./a.ts"; import fs from "node:fs";`, 0],
    [noBarrel, `export * from "./a.ts";`, 1],
    [noBarrel, `export { a } from "./a.ts";`, 0],
  ] as const)("%#: finds %s", (rule, code, count) => {
    expect(messages(rule, code)).toHaveLength(count);
  });
});
