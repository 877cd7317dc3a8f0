import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createProcessTable, parseStat, processMark, readLabel, readProcess } from "./process-table.ts";

const line = (command: string, state = "S"): string =>
  `4242 (${command}) ${state} 1 4200 4100 0 -1 4194560 1 2 3 4 70 30 5 6 20 0 1 0 987654 1000000 256 18446744073709551615`;

describe("a line of /proc/PID/stat", () => {
  it.each(["node", "my prog", "a) b (c", ") S 1 2 3"])("is read whatever the command is called: %j", (command) => {
    expect(parseStat(line(command))).toEqual({
      pid: 4242,
      parent: 1,
      group: 4200,
      session: 4100,
      startTicks: 987_654,
      cpuTicks: 100,
      memoryBytes: 256 * 4096,
    });
  });

  it.each(["Z", "X"])("of a dead process (%s) is nobody's", (state) => {
    expect(parseStat(line("node", state))).toBeNull();
  });

  it("that is empty is nobody's", () => {
    expect(parseStat("")).toBeNull();
  });
});

describe("processes", () => {
  it("are themselves for as long as they live", () => {
    const self = readProcess(process.pid);
    expect(self?.parent).toBe(process.ppid);
    expect(self && processMark(self)).toBe(processMark(readProcess(process.pid)!));
    expect(readProcess(2 ** 22 + 1)).toBeNull();
  });

  it("are found by the mark in their environment, not by another's", async () => {
    const directory = randomUUID();
    const env = { PATH: process.env["PATH"], GENNAKER_INSTANCE: "shop-v000-1", GENNAKER_DATA_DIRECTORY: directory };
    const child = spawn("sleep", ["60"], { env, stdio: "ignore" });
    await once(child, "spawn");
    const pid = child.pid ?? 0;
    try {
      const users = new Set([process.getuid?.() ?? 0]);
      const table = createProcessTable(directory, users);
      expect(readLabel(pid)).toEqual({ instance: "shop-v000-1", dataDirectory: directory });
      expect(table.find().map((found) => found.pid)).toEqual([pid]);
      expect(createProcessTable(randomUUID(), users).find()).toEqual([]);
      expect(createProcessTable(directory, new Set([-1])).find()).toEqual([]);
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    expect(readLabel(pid)).toBeNull();
  });

  it("without a readable mark go by their parent's", async () => {
    const directory = randomUUID();
    const env = { PATH: process.env["PATH"], GENNAKER_INSTANCE: "shop-v000-2", GENNAKER_DATA_DIRECTORY: directory };
    const child = spawn("/bin/sh", ["-c", "env -i sleep 60; true"], { env, stdio: "ignore", detached: true });
    await once(child, "spawn");
    try {
      const table = createProcessTable(directory, new Set([process.getuid?.() ?? 0]));
      await expect.poll(() => table.find().length).toBe(2);
      const [shell, sleep] = table.find().sort((one, other) => one.pid - other.pid);
      expect(readLabel(sleep?.pid ?? 0)).toBeNull();
      expect(sleep?.parent).toBe(shell?.pid);
    } finally {
      process.kill(-(child.pid ?? 0), "SIGKILL");
      await once(child, "exit");
    }
  });

  it("without a mark have no label", () => {
    expect(readLabel(process.ppid)).toBeNull();
  });
});
