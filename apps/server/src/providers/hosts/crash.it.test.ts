import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CrashOrder } from "./fixtures/crash-driver.ts";
import { replay } from "./fixtures/crash-script.ts";
import { createHarness, type Harness } from "./fixtures/harness.ts";

const driver = fileURLToPath(new URL("./fixtures/crash-driver.ts", import.meta.url));
const KILLS = 36;

/** Runs the driver until it is killed: by itself at a seam, or from here after some milliseconds. */
function runDriver(order: CrashOrder, killAfterMs: number | null): Promise<{ killed: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [driver, JSON.stringify(order)], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.on("close", (_code, signal) => {
      clearTimeout(timer);
      resolve({ killed: signal === "SIGKILL", output });
    });
  });
}

function servicesOf(harness: Harness): string[] {
  return harness
    .processes()
    .filter(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, "utf8") === "node\0service.mjs\0")
    .map(({ label }) => label.instance)
    .sort();
}

describe("a provider killed with SIGKILL again and again", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(() => harness.dispose());

  it(
    "deploys nothing twice, leaves no orphan and ends with everything that is wanted",
    { timeout: 400_000 },
    async () => {
      const cluster = harness.cluster({ env: { STRAY: "daemon" }, stopTimeoutSec: 1 });
      const { url, dataDirectory, dataDirectoryId } = harness;
      const where = new Set<string>();
      let kills = 0;
      let rounds = 1;
      let random = 12_345;
      const next = (below: number): number => (random = (random * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
      for (let run = 0; kills < KILLS; run += 1) {
        const bySeam = run % 3 !== 2;
        const order = { url, dataDirectory, dataDirectoryId, cluster, rounds, killAtSeam: bySeam ? 1 + next(14) : 0 };
        const { killed, output } = await runDriver(order, bySeam ? null : 250 + next(900));
        if (killed) kills += 1;
        else rounds += 1;
        if (kills % 2 === 0) rounds += killed ? 1 : 0;
        for (const line of output.split("\n")) if (line.startsWith("killed at ")) where.add(line);
      }
      expect(where.size).toBeGreaterThanOrEqual(6);

      await harness.provider.start();
      const refs = await replay(harness.provider, cluster, rounds);
      expect(new Set(refs.map(({ name }) => name)).size).toBe(rounds);
      const keys = await harness.database.query<{ key: string }>(
        "select key from hosts_operation where kind = 'create'",
      );
      expect(keys).toHaveLength(rounds);
      const [{ last_sequence: last } = { last_sequence: -1 }] = await harness.database.query<{ last_sequence: number }>(
        "select last_sequence from hosts_cluster",
      );
      expect(last).toBe(rounds - 1);

      const groups = await harness.provider.serverGroups({});
      expect(groups.map(({ name }) => name)).toEqual([refs.at(-1)?.name]);
      const wanted = groups.flatMap(({ instances }) => instances.map(({ id }) => id)).sort();
      expect(wanted).toHaveLength(1 + ((rounds - 1) % 3));
      expect(servicesOf(harness)).toEqual(wanted);
      expect((await readdir(join(dataDirectory, "hosts", "instances"))).sort()).toEqual(wanted);
      expect(new Set(harness.processes().map(({ label }) => label.instance))).toEqual(new Set(wanted));
    },
  );
});
