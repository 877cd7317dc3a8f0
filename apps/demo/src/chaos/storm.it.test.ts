import { expect, onTestFailed, test } from "vitest";
import { runStorm } from "./storm.ts";
import { createWorld } from "./world.ts";

/** `node apps/demo/src/chaos/main.ts --kills 60` is the long version. */
const kills = 15;

test(
  "a server killed again and again ships a good version and takes a bad one back, as if nothing had been",
  { timeout: 400_000 },
  async () => {
    const seed = Date.now() % 1_000_000;
    const world = await createWorld();
    let told = `seed ${seed}\n`;
    onTestFailed(() => void process.stderr.write(`${told}${world.log().slice(-20_000)}\n`));
    try {
      const report = await runStorm(world, { kills, seed, say: (line) => (told += `${line}\n`) });
      expect(report.problems).toEqual([]);
      expect(report.kills).toBe(kills);
      expect(new Set(report.runs.map(({ outcome }) => outcome))).toContain("promoted");
      expect(new Set(report.runs.map(({ outcome }) => outcome))).toContain("taken back");
      expect(report.load.sent).toBeGreaterThan(500);
      expect(report.load.failedBySwitching).toBe(0);
    } finally {
      await world.dispose();
    }
  },
);
