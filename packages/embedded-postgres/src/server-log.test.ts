import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { explainFailure, meaningOf, rotateLog, tailFrom } from "./server-log.ts";

describe("the server's log", () => {
  let directory: string;
  let log: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "gennaker-log-"));
    log = join(directory, "postgres.log");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test("a log below the limit is left alone, a missing one is no error", () => {
    rotateLog(log, 10);
    writeFileSync(log, "short");
    rotateLog(log, 10);
    expect(readFileSync(log, "utf8")).toBe("short");
    expect(existsSync(`${log}.1`)).toBe(false);
  });

  test("rotation keeps the latest four files, newest first, and empties the log", () => {
    for (let turn = 1; turn <= 7; turn += 1) {
      appendFileSync(log, `turn ${turn} is long enough`);
      rotateLog(log, 10);
    }
    expect(readFileSync(log, "utf8")).toBe("");
    const kept = [1, 2, 3, 4].map((number) => readFileSync(`${log}.${number}`, "utf8").slice(0, 6));
    expect(kept).toEqual(["turn 7", "turn 6", "turn 5", "turn 4"]);
    expect(existsSync(`${log}.5`)).toBe(false);
  });

  test("the tail begins where it is told, is bounded, and survives a rotation in between", () => {
    expect(tailFrom(log, 0)).toBe("");
    writeFileSync(log, `old${"x".repeat(5_000)}end`);
    expect(tailFrom(log, 5_003)).toBe("end");
    expect(tailFrom(log, 5_006)).toBe("");
    expect(tailFrom(log, 0)).toHaveLength(4_000);
    writeFileSync(log, "new");
    expect(tailFrom(log, 5_006)).toBe("new");
  });

  test.each([
    ['FATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device', "no_space"],
    ["could not extend file: Disk quota exceeded", "no_space"],
    ['FATAL:  could not open file "postmaster.pid": Permission denied', "not_writable"],
    ['could not create directory "/x": Read-only file system', "not_writable"],
    ["DETAIL:  The database cluster was initialized with CATALOG_VERSION_NO 1, but", "wrong_major_version"],
    ["FATAL:  database files are incompatible with server", "data_corrupt"],
    ["PANIC:  could not locate a valid checkpoint record at 0/1", "data_corrupt"],
    ["FATAL:  incorrect checksum in control file", "data_corrupt"],
    ['PANIC:  could not open file "global/pg_control": No such file or directory', "data_corrupt"],
    ["FATAL:  something nobody thought of", "start_failed"],
    ["", "start_failed"],
  ])("understands %s", (words, code) => {
    expect(meaningOf(words)).toBe(code);
  });

  test("an unexplained failure says what happened, where the log is and its last words", () => {
    const error = explainFailure("It ended (exit code 1).", "FATAL:  odd\n", "/data/pg", "/data/log/postgres.log");
    expect(error.code).toBe("start_failed");
    expect(error.message).toBe("It ended (exit code 1). See /data/log/postgres.log. Its last words:\nFATAL:  odd");
    expect(error.details).toEqual({ log: "FATAL:  odd\n" });
  });
});
