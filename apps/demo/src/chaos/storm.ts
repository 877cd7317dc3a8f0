import type { Execution } from "@gennaker/contract/resources/execution.ts";
import type { LoadReport } from "../load.ts";
import { finished, startSurely, whyFailed } from "./commands.ts";
import { gatewayPid, problemsAtTheEnd, problemsWhileDown, problemsOfRun } from "./invariants.ts";
import { seededRandom } from "./random.ts";
import { recordEvents } from "./recorder.ts";
import { pause, until } from "./until.ts";
import type { Shop, World } from "./world.ts";
import { openShop } from "./world.ts";

const shortestMs = 200;
const longestMs = 3_000;
/** Some are killed before they are ready. */
const bootKillShare = 0.2;
const longestBootMs = 2_000;

export type StormOptions = { kills: number; seed: number; say(line: string): void };

/**
 * `inconclusive`: the control plane was away for so long that a window has too few samples; a canary that nothing is known
 * of is never promoted.
 */
export type StormRun = {
  version: string;
  expected: "promoted" | "taken back";
  status: string;
  outcome: "promoted" | "taken back" | "inconclusive" | "wrong";
  why: string;
  kills: number;
  seconds: number;
};

export type StormReport = {
  seed: number;
  kills: number;
  /** How many of these came before the server was ready. */
  killsWhileStarting: number;
  runs: StormRun[];
  /** From a restart until the API was ready, in ms. */
  readyMs: number[];
  /** From a restart until a run's next step was stored, where one came before the next kill; waits of the pipeline count too. */
  resumedMs: number[];
  load: LoadReport;
  /** What should not have happened. */
  problems: string[];
};

/**
 * Ships good and bad versions in turn under real clients while the server is killed at random moments, until it has been
 * killed often enough and both kinds have come to their end; looks after each kill, each run and at the end at what must hold.
 */
export async function runStorm(world: World, options: StormOptions): Promise<StormReport> {
  const { say } = options;
  const random = seededRandom(options.seed);
  const shop = await openShop(world);
  const recorder = recordEvents(world.client.baseUrl);
  const gateway = gatewayPid(world.dataDirectory);
  const problems: string[] = [];
  const report: StormReport = {
    seed: options.seed,
    kills: 0,
    killsWhileStarting: 0,
    runs: [],
    readyMs: [],
    resumedMs: [],
    load: shop.load.report(),
    problems,
  };
  const executions: Execution[] = [];
  let current = world.versions.v1;
  try {
    const wanted = (good: boolean) => (good ? "promoted" : "taken back");
    const missing = (good: boolean) => !report.runs.some(({ outcome }) => outcome === wanted(good));
    for (let round = 0; report.kills < options.kills || missing(true) || missing(false); round += 1) {
      const good = report.kills < options.kills ? round % 2 === 0 : missing(true);
      const next = !good ? world.versions.v3 : current === world.versions.v1 ? world.versions.v2 : world.versions.v1;
      const killer = startKiller(world, { options, random, report, recorder });
      const begun = performance.now();
      const before = report.kills;
      const execution = await ship(shop, { artifact: next, current }).finally(() => killer.stop());
      executions.push(execution);
      const run: StormRun = {
        version: next.split("/").at(-1) ?? "",
        expected: wanted(good),
        status: execution.status,
        outcome: outcomeOf(execution),
        why: whyFailed(execution),
        kills: report.kills - before,
        seconds: Math.round((performance.now() - begun) / 100) / 10,
      };
      report.runs.push(run);
      say(`${run.version} ${run.status} after ${run.kills} kills and ${run.seconds} s ${run.why}`);
      problems.push(...(await problemsOfRun(world, run, execution)));
      if (execution.status === "SUCCEEDED") current = next;
      if (gatewayPid(world.dataDirectory) !== gateway) problems.push("the gateway was started anew");
      if (problems.length > 0) break;
    }
    await until("the events of the last run have arrived", () =>
      executions.every(({ id }) =>
        recorder.events.some(
          (event) => event.subject === id && event.type === "execution.status" && event.data["status"] !== "RUNNING",
        ),
      ),
    ).catch((error: unknown) => problems.push((error as Error).message));
    report.load = shop.load.report();
    problems.push(...shop.load.failures().map((failure) => `a client's request failed: ${failure}`));
    problems.push(...(await problemsAtTheEnd(world, executions, recorder.events)));
    return report;
  } finally {
    await Promise.all([recorder.stop(), shop.load.stop()]);
  }
}

/** With half of the metrics without data the score is 0 by Kayenta's rule: that too is little known, not a bad canary. */
function outcomeOf(execution: Execution): StormRun["outcome"] {
  const why = whyFailed(execution);
  if (execution.status === "SUCCEEDED") return "promoted";
  if (execution.status !== "TERMINAL" || !/^canary\.(noData|failed|belowPass)/.test(why)) return "wrong";
  return / (high|low): /.test(why) ? "taken back" : "inconclusive";
}

async function ship(shop: Shop, parameters: { artifact: string; current: string }): Promise<Execution> {
  const id = await startSurely(shop.world.client, shop.ship, { ...parameters, pass: "75", marginal: "40" });
  return finished(shop.world.client, id);
}

type Storm = {
  options: StormOptions;
  random: ReturnType<typeof seededRandom>;
  report: StormReport;
  recorder: ReturnType<typeof recordEvents>;
};

/** Kills and restarts the server until stopped or until there were enough kills; `stop` resolves with the server up. */
function startKiller(world: World, { options, random, report, recorder }: Storm): { stop(): Promise<void> } {
  let stopped = false;
  const work = async () => {
    while (report.kills < options.kills) {
      const wait = random.between(shortestMs, longestMs);
      for (let left = wait; left > 0 && !stopped; left -= 50) await pause(Math.min(50, left));
      if (stopped) return;
      if (world.server().ended()) report.problems.push("the server ended by itself");
      await world.server().kill();
      report.kills += 1;
      report.problems.push(...problemsWhileDown(world));
      while (report.kills < options.kills && random.next() < bootKillShare) {
        await world.restartAndKill(random.between(0, longestBootMs));
        report.kills += 1;
        report.killsWhileStarting += 1;
        report.problems.push(...problemsWhileDown(world));
      }
      const from = recorder.events.length;
      const begun = Date.now();
      report.readyMs.push((await world.restart()).readyMs);
      void noteNextStep(begun, from);
    }
  };
  const noteNextStep = async (begun: number, from: number) => {
    const kills = report.kills;
    const next = await until("the next step", () => {
      if (report.kills !== kills) return "killed before";
      return recorder.events
        .slice(from)
        .find((event) => event.type.startsWith("task.") && Date.parse(event.time) >= begun);
    }).catch(() => "none");
    if (typeof next === "object") report.resumedMs.push(Date.parse(next.time) - begun);
  };
  const working = work();
  return {
    async stop() {
      stopped = true;
      await working;
    },
  };
}
