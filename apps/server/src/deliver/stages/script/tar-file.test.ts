import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fileOfTar } from "./tar-file.ts";

const directory = mkdtempSync(join(tmpdir(), "tar-file-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const long = `${"deep-".repeat(30)}/${"name-".repeat(30)}.sh`;
const files: Record<string, string> = {
  "a.sh": "echo a\n",
  "bin/empty": "",
  "bin/b.sh": "x".repeat(2_000),
  [long]: "é",
};

function archive(): Uint8Array {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: directory });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  symlinkSync("a.sh", join(directory, "link"));
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "all");
  return git("archive", "--format=tar", "HEAD");
}

const tar = archive();

test.each(Object.keys(files))("%s is read from what git packs", (path) => {
  expect(new TextDecoder().decode(fileOfTar(tar, path) ?? undefined)).toBe(files[path]);
});

test.each(["none", "bin", "bin/", "link", ""])("%j is no file of it", (path) => {
  expect(fileOfTar(tar, path)).toBeNull();
});

test("an archive that is cut is damaged, an empty one has nothing", () => {
  expect(() => fileOfTar(tar.subarray(0, 4_000), "none")).toThrow("damaged");
  expect(fileOfTar(new Uint8Array(10), "a.sh")).toBeNull();
});
