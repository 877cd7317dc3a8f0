import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isProcessAlive } from "@gennaker/embedded-postgres/process-identity.ts";

type User = { url: string; kill: () => void };

describe("the server that test processes share", () => {
  let directory: string;
  const users: User[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "gennaker-share-"));
    chmodSync(directory, 0o711);
  });
  afterEach(async () => {
    for (const user of users.splice(0)) user.kill();
    await untilNothingRuns();
    rmSync(directory, { recursive: true, force: true });
  });

  async function joinAsUser(): Promise<User> {
    const script = fileURLToPath(new URL("./fixtures/user.ts", import.meta.url));
    const child = spawn(process.execPath, [script, directory], { stdio: ["ignore", "pipe", "inherit"] });
    const kill = () => void child.kill("SIGKILL");
    users.push({ url: "", kill });
    const [url] =
      (await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()).value?.split("\n") ?? [];
    return { url: url ?? "", kill };
  }

  /** Keeper, servers and watchdogs of this test's directory. */
  function running(part = ""): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map(Number)
      .filter((pid) => {
        try {
          const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
          const ours = readlinkSync(`/proc/${pid}/cwd`).startsWith(directory) || command.includes(directory);
          return ours && command.includes(part) && !command.includes("user.ts") && isProcessAlive(pid);
        } catch {
          return false;
        }
      });
  }

  async function untilNothingRuns(): Promise<void> {
    while (running().length > 0) await sleep(50);
  }

  async function answers(url: string): Promise<boolean> {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.query("select 1");
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }

  const onLinux = test.runIf(process.platform === "linux");

  onLinux("processes that start together share one server, which ends with the last of them", async () => {
    const joined = await Promise.all([joinAsUser(), joinAsUser(), joinAsUser()]);
    const [first, second, third] = joined;
    expect(new Set(joined.map(({ url }) => url)).size).toBe(1);
    // The keepers that came too late end by themselves.
    while (running("keeper.ts").length > 1) await sleep(50);
    expect(running("keeper.ts")).toHaveLength(1);
    first?.kill();
    second?.kill();
    expect(await answers(third?.url ?? "")).toBe(true);
    third?.kill();
    await untilNothingRuns();
    expect(await answers(third?.url ?? "")).toBe(false);
  });

  onLinux("a killed keeper takes the server with it, and the next user gets a new one", async () => {
    const { url } = await joinAsUser();
    const [keeper] = running("keeper.ts");
    expect(keeper).toBeDefined();
    if (keeper !== undefined) process.kill(keeper, "SIGKILL");
    await untilNothingRuns();
    expect(await answers(url)).toBe(false);
    const next = await joinAsUser();
    expect(await answers(next.url)).toBe(true);
  });
});
