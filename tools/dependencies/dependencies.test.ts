import { describe, expect, test } from "vitest";
import { readAdvisories } from "./advisories.ts";
import type { Locked, Rules } from "./check-lock.ts";
import { checkDependencies, mayUse } from "./check-lock.ts";

const rules: Rules = {
  licences: new Set(["MIT", "ISC"]),
  developmentLicences: new Set(["OFL-1.1"]),
  scripts: new Set(["builder"]),
  single: new Set(["guard"]),
};
const good: Locked = { version: "1.0.0", integrity: `sha512-${"A".repeat(86)}==`, license: "MIT" };
const check = (locked: Record<string, Locked>, dependencies: Record<string, string> = {}) =>
  checkDependencies(new Map([["package.json", { dependencies }]]), locked, rules);

test("dependencies that are in order have nothing said about them", () => {
  const locked = {
    "": {},
    "packages/a": { version: "0.1.0" },
    "node_modules/@gennaker/a": { link: true },
    "node_modules/x": good,
    "node_modules/builder": { ...good, hasInstallScript: true },
    "node_modules/@tool/other-machine": { version: "1.0.0", license: "MIT", dev: true, optional: true },
  };
  expect(check(locked, { x: "1.0.0", "@gennaker/a": "0.1.0" })).toEqual([]);
});

test.each<[string, Record<string, Locked>, Record<string, string>, string]>([
  ["a range", { "node_modules/x": good }, { x: "^1.0.0" }, "not one version"],
  ["an address", { "node_modules/x": good }, { x: "git+https://example.com/x" }, "not one version"],
  ["another version than is installed", { "node_modules/x": good }, { x: "1.0.1" }, "package-lock.json has 1.0.0"],
  ["one that is not locked", {}, { x: "1.0.1" }, "package-lock.json has nothing"],
  ["no hash", { "node_modules/x": { version: "1.0.0", license: "MIT" } }, {}, "no SHA-512"],
  ["a weak hash", { "node_modules/x": { ...good, integrity: "sha1-abc" } }, {}, "no SHA-512"],
  [
    "no hash of something optional that is shipped",
    { "node_modules/x": { version: "1.0.0", license: "MIT", optional: true } },
    {},
    "no SHA-512",
  ],
  ["another origin", { "node_modules/x": { ...good, resolved: "https://evil.example/x.tgz" } }, {}, "registry"],
  [
    "an install script",
    { "node_modules/a/node_modules/x": { ...good, hasInstallScript: true } },
    {},
    "x 1.0.0 wants to run a script",
  ],
  ["a licence", { "node_modules/x": { ...good, license: "AGPL-3.0-only" } }, {}, "AGPL-3.0-only"],
  ["no licence", { "node_modules/x": { version: "1.0.0", integrity: good.integrity ?? "" } }, {}, "none"],
  [
    "two versions of a guard",
    { "node_modules/guard": good, "node_modules/b/node_modules/guard": { ...good, version: "2.0.0" } },
    {},
    "several versions of guard (1.0.0, 2.0.0)",
  ],
])("%s is found", (_what, locked, dependencies, words) => {
  expect(check(locked, dependencies)).toEqual([expect.stringContaining(words)]);
});

describe("licences", () => {
  test.each([
    ["MIT", false, true],
    ["(MIT OR GPL-3.0-only)", false, true],
    ["(MIT AND GPL-3.0-only)", false, false],
    ["MIT AND ISC", false, true],
    ["OFL-1.1", true, true],
    ["OFL-1.1", false, false],
    ["((MIT OR ISC) AND X)", false, false],
    ["", false, false],
    ["SEE LICENSE IN x", false, false],
  ])("%s (development: %s): %s", (expression, development, allowed) => {
    expect(mayUse(expression, development, rules)).toBe(allowed);
  });
});

describe("known holes", () => {
  test("are read from npm's report", () => {
    const via = [{ title: "Escape", severity: "high" }, "other"];
    const text = JSON.stringify({ vulnerabilities: { x: { severity: "high", via } } });
    expect(readAdvisories(text)).toEqual({
      asked: true,
      found: [{ name: "x", severity: "high", title: "Escape; through other" }],
    });
    expect(readAdvisories('{"vulnerabilities":{}}')).toEqual({ asked: true, found: [] });
  });
  test("are not asked where the registry does not answer: never taken for none", () => {
    expect(readAdvisories('{"message":"405 Method Not Allowed"}')).toEqual({
      asked: false,
      why: "405 Method Not Allowed",
    });
    for (const text of ["", "npm error", "{}"]) expect(readAdvisories(text).asked).toBe(false);
  });
});
