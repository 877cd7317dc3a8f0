import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { EmbeddedPostgresError, explainFileError } from "./errors.ts";
import { parsePostmasterFile } from "./postmaster-file.ts";
import { isProcessAlive, parseProcessStat, processStartTime, signalProcess } from "./process-identity.ts";
import { canReach, findNobody } from "./server-user.ts";
import { databaseUrl, fitsSocketAddress } from "./socket-directory.ts";

const systemError = (code: string) => Object.assign(new Error(code), { code });

test.each([
  ["ENOSPC", "no_space"],
  ["EDQUOT", "no_space"],
  ["EACCES", "not_writable"],
  ["EROFS", "not_writable"],
])("%s becomes %s, names the place and keeps the cause", (system, code) => {
  const cause = systemError(system);
  const error = explainFileError(cause, "/data/here");
  expect(error).toBeInstanceOf(EmbeddedPostgresError);
  expect(error).toMatchObject({ code, cause });
  expect(String(error)).toContain("/data/here");
  expect(String(error)).toContain("--data");
});

test("other errors, and those that are clear already, pass unchanged", () => {
  const clear = new EmbeddedPostgresError("directory_in_use", "clear");
  expect(explainFileError(clear, "/x")).toBe(clear);
  const strange = systemError("EIO");
  expect(explainFileError(strange, "/x")).toBe(strange);
  expect(explainFileError("text", "/x")).toBe("text");
});

test("a postmaster file is read when complete", () => {
  const text = "4711\n/data/pg\n1790000000\n5432\n/run/s\n\n  123 456\nready   \n";
  expect(parsePostmasterFile(text)).toEqual({ pid: 4711, port: 5432, socketDirectory: "/run/s", ready: true });
  expect(parsePostmasterFile(text.replace("ready", "starting"))?.ready).toBe(false);
  for (const partial of [
    "",
    "4711\n",
    "4711\n/data/pg\n1\n5432\n",
    "x\ny\nz\n5432\n/run\n",
    "-1\n/d\n1\n5432\n/run\n",
  ]) {
    expect(parsePostmasterFile(partial)).toBeUndefined();
  }
});

test("state and start time are found after any process name", () => {
  const rest = Array.from({ length: 30 }, (_, index) => String(index + 4)).join(" ");
  expect(parseProcessStat(`12 (a) b (c)) S ${rest}`)).toEqual({ state: "S", startTime: "22" });
  expect(parseProcessStat("12 (a)")).toBeUndefined();
});

test("this process is alive with its own start time only", () => {
  const started = processStartTime(process.pid);
  expect(started).toBeDefined();
  expect(isProcessAlive(process.pid, started)).toBe(true);
  expect(isProcessAlive(process.pid, "another")).toBe(false);
  for (const nobody of [0, -1, 1.5, Number.NaN, 2 ** 30]) expect(isProcessAlive(nobody)).toBe(false);
  expect(signalProcess(2 ** 30, "SIGTERM")).toBe(false);
});

test("nobody is found by name, never as root", () => {
  expect(findNobody("root:x:0:0::/:/bin/sh\nnobody:x:99:98:Nobody:/:/sbin/nologin\n")).toEqual({ uid: 99, gid: 98 });
  expect(findNobody("nobody:x:0:0:::\n")).toBeUndefined();
  expect(findNobody("nobody:x:-2:-2:::\n")).toBeUndefined();
  expect(findNobody("")).toBeUndefined();
});

test("reach needs the right at the end and the way there", () => {
  const root = mkdtempSync(join(tmpdir(), "gennaker-reach-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const stranger = { uid: 54_321, gid: 54_321, switch: true };
  const open = join(root, "open");
  mkdirSync(open, { mode: 0o711 });
  writeFileSync(join(open, "file"), "", { mode: 0o644 });
  // mkdtemp makes the directory 0700.
  expect(canReach(stranger, open, "pass")).toBe(false);
  expect(canReach({ ...stranger, switch: false }, open, "run")).toBe(true);
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, switch: true };
  expect(canReach(owner, join(open, "file"), "read")).toBe(true);
  expect(canReach(owner, join(open, "file"), "run")).toBe(false);
  expect(canReach(owner, join(open, "missing"), "read")).toBe(false);
});

test("a socket path of at most 100 bytes fits, counted in bytes", () => {
  const withinDirectory = (length: number) => `/${"a".repeat(length - 1)}`;
  expect(fitsSocketAddress(withinDirectory(100 - "/.s.PGSQL.5432".length))).toBe(true);
  expect(fitsSocketAddress(withinDirectory(101 - "/.s.PGSQL.5432".length))).toBe(false);
  expect(fitsSocketAddress(`/${"가".repeat(40)}`)).toBe(false);
});

test("the URL carries any socket directory unharmed", () => {
  const directory = "/tmp/한글 &?#%";
  const url = new URL(databaseUrl(directory));
  expect(url.searchParams.get("host")).toBe(directory);
  expect(url.username).toBe("gennaker");
  expect(url.password).toBe("");
});
