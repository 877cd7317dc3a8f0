import { parseArgs } from "node:util";
import type { StormReport } from "./storm.ts";
import { runStorm } from "./storm.ts";
import { createWorld } from "./world.ts";

const usage = `node apps/demo/src/chaos/main.ts [options]
  --kills N    how often the server is killed (default 60)
  --seed N     seed of the random moments (default: drawn, and printed)
  --json       print one JSON summary as the last line of standard output
`;

/** Characters of the server's log that are shown after a failure. */
const keptLog = 40_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "60" },
      seed: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const kills = Number(values.kills);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed))
    throw new Error("--kills and --seed take whole numbers, --kills from 1.");
  const say = (line: string) => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  say(`Killing the server ${kills} times, seed ${seed}`);
  const world = await createWorld();
  let clean = false;
  try {
    const report = await runStorm(world, { kills, seed, say });
    clean = report.problems.length === 0;
    const summary = summarize(report);
    say(JSON.stringify(summary, null, 2));
    if (values.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    return clean ? 0 : 1;
  } finally {
    if (!clean) say(world.log().slice(-keptLog));
    await world.dispose();
  }
}

function summarize({ readyMs, resumedMs, ...report }: StormReport) {
  return {
    ok: report.problems.length === 0,
    ...report,
    restartToReadySeconds: spread(readyMs),
    restartToNextStepSeconds: spread(resumedMs),
  };
}

function spread(ms: readonly number[]) {
  const sorted = ms.toSorted((left, right) => left - right);
  const at = (part: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) / 1000;
  return { count: sorted.length, median: at(0.5), p90: at(0.9), max: at(1) };
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${usage}`);
  process.exit(2);
}
