import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logNumbers } from "../logs/log-files.ts";
import { lastLine, readLog } from "../logs/read-log.ts";
import { claimAttempt, instanceFiles, prepareAttempt, readRecord } from "./attempt-files.ts";
import { ensureLaunched, type LaunchRequest } from "./launch.ts";
import { createProcessTable } from "./process-table.ts";
import { stopProcesses } from "./stop-processes.ts";

describe("the launcher", () => {
  let root: string;
  let request: LaunchRequest;
  const dataDirectory = randomUUID();
  const table = createProcessTable(dataDirectory, new Set([process.getuid?.() ?? 0]));
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "launch-"));
    request = {
      instance: `shop-${randomUUID()}`,
      attempt: 1,
      files: instanceFiles(root, "shop"),
      cwd: root,
      command: ["sleep", "60"],
      env: {},
      user: null,
      logBytes: 8192,
      logFiles: 3,
      seam: () => undefined,
    };
    request.env = {
      PATH: process.env["PATH"] ?? "",
      GENNAKER_INSTANCE: request.instance,
      GENNAKER_DATA_DIRECTORY: dataDirectory,
    };
  });
  afterEach(async () => {
    await stopProcesses(table, request.instance, 0);
    await rm(root, { recursive: true, force: true });
  });
  const ended = (): Promise<number | null> =>
    expect
      .poll(() => readRecord(request.files, 1, "exit"), { timeout: 10_000 })
      .not.toBeNull()
      .then(() => readRecord(request.files, 1, "exit"));
  const shell = (script: string): void => {
    request.command = ["/bin/sh", "-c", script];
  };

  it("starts an attempt once, however often it is asked", async () => {
    const first = await ensureLaunched(request);
    expect(first).toMatchObject({ outcome: "running" });
    expect(await ensureLaunched(request)).toEqual(first);
    const sleeping = table
      .find()
      .filter(({ pid, label }) => label.instance === request.instance && pid === (first as { pid: number }).pid);
    expect(sleeping).toHaveLength(1);
    expect(sleeping[0]).toMatchObject({ group: sleeping[0]?.pid, session: sleeping[0]?.pid });
  });

  it("never starts an attempt that somebody else has claimed", async () => {
    await prepareAttempt(request.files, 1, null);
    expect(await ensureLaunched(request)).toEqual({ outcome: "void" });
    expect(await claimAttempt(request.files, 1)).toBe(false);
    expect(table.find().filter(({ label }) => label.instance === request.instance)).toEqual([]);
  });

  it.each([
    ["exit 7", 7],
    ["exit 0", 0],
    ["kill -9 $$", 137],
    ["kill -15 $$", 143],
  ])("records how it ended: %s", async (script, status) => {
    shell(script);
    await ensureLaunched(request);
    expect(await ended()).toBe(status);
  });

  it("records a program that is not there", async () => {
    request.command = ["./no-such-program"];
    await ensureLaunched(request);
    expect(await ended()).toBe(127);
    await expect.poll(() => lastLine(request.files.log)).toContain("no-such-program");
  });

  it("hands on arguments as they are, never as shell text", async () => {
    const tricky = ["$(touch hacked)", "; touch hacked", "a b", "'\"", "*", "", "--", "`id`"];
    request.command = [process.execPath, "-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...tricky];
    await ensureLaunched(request);
    expect(await ended()).toBe(0);
    await expect.poll(() => lastLine(request.files.log)).toBe(JSON.stringify(tricky));
  });

  it("keeps the newest output within its bounds and loses no line of it", async () => {
    shell('i=0; while [ $i -lt 3000 ]; do echo "line $i"; i=$((i+1)); done');
    await ensureLaunched(request);
    await ended();
    await expect.poll(() => lastLine(request.files.log)).toBe("line 2999");
    const numbers = await logNumbers(request.files.log);
    expect(numbers.length).toBeLessThanOrEqual(3);
    for (const number of numbers) {
      const text = await readFile(join(request.files.log, `${String(number).padStart(6, "0")}.log`));
      expect(text.length).toBeLessThanOrEqual(8192 * 1.5);
    }
    const lines: string[] = [];
    for await (const line of readLog(request.files.log, {
      tail: 1000,
      follow: false,
      signal: new AbortController().signal,
    }))
      lines.push(line);
    expect(lines).toEqual(Array.from({ length: 1000 }, (_, index) => `line ${2000 + index}`));
  });

  it("records the end of a service that ignores SIGTERM and is killed", async () => {
    shell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
    await ensureLaunched(request);
    await expect.poll(() => lastLine(request.files.log)).toBe("ready");
    expect(await stopProcesses(table, request.instance, 200)).toEqual({ killed: true });
    expect(table.find().filter(({ label }) => label.instance === request.instance)).toEqual([]);
    expect(await readRecord(request.files, 1, "exit")).toBe(137);
  });

  it("lets a service finish within its time", async () => {
    shell("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
    await ensureLaunched(request);
    await expect.poll(() => lastLine(request.files.log)).toBe("ready");
    expect(await stopProcesses(table, request.instance, 10_000)).toEqual({ killed: false });
    expect(await readRecord(request.files, 1, "exit")).toBe(5);
    expect(await lastLine(request.files.log)).toBe("bye");
  });
});
