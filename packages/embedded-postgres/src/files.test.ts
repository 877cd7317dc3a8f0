import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDirectories } from "./files.ts";

describe("directories", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "files-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("makes what is missing, and says whether it did", () => {
    const deep = join(folder, "a", "b", "c");
    expect(makeDirectories(deep, 0o711)).toBe(true);
    expect(statSync(deep).mode & 0o777).toBe(0o711);
    expect(makeDirectories(deep, 0o711)).toBe(false);
  });

  test("below a file, or in its place, there can be none", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(() => makeDirectories(join(file, "a"), 0o700)).toThrow(/ENOTDIR/);
    expect(() => makeDirectories(file, 0o700)).toThrow(/EEXIST/);
  });

  test.runIf(process.platform === "linux")("a file system that takes no directories says so", () => {
    expect(() => makeDirectories("/proc/a/b", 0o700)).toThrow(/ENOENT|EACCES|EPERM/);
  });
});
