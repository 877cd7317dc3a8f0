import type { Client } from "@gennaker/client/client.ts";
import type { CanaryRun } from "@gennaker/contract/resources/canary.ts";
import type { Execution } from "@gennaker/contract/resources/execution.ts";
import { readFileSync } from "node:fs";
import type { Say } from "./live-view.ts";
import { watchExecution } from "./live-view.ts";
import type { Load, LoadReport } from "./load.ts";
import { answering, startLoad } from "./load.ts";
import type { DemoOptions } from "./options.ts";
import type { Platform } from "./platform.ts";

type Shipped = {
  version: string;
  status: string;
  scores: (number | null)[];
  verdict: string | null;
  reason: string;
  executionId: string;
};

export type Outcome = {
  good: Shipped;
  bad: Shipped;
  /** Null where the shop's instances only have a status: nobody can ask them, and health alone decides. */
  load: LoadReport | null;
  /** From the end of the judged window that failed to the last answer that a client had from the bad version. */
  secondsFromBadMetricToZeroTraffic: number | null;
  inProduction: string | null;
  leftovers: string[];
  failures: readonly string[];
};

type Context = { client: Client; options: DemoOptions; platform: Platform; say: Say; signal: AbortSignal };

/** The whole story: set up v1, ship v2 (good), ship v3 (bad), with clients that never stop asking. */
export async function runScenario(context: Context): Promise<Outcome> {
  const { client, options, platform, say, signal } = context;
  const { documents } = platform;
  await client.call("saveApplication", {
    params: { application: "shop" },
    body: { email: "shop@example.com", description: "A small shop", cloudProviders: [...platform.cloudProviders] },
  });
  if (documents.canaryConfig !== null) {
    await client.call("saveCanaryConfig", {
      params: { canaryConfig: "shop-canary" },
      body: readDocument(documents.canaryConfig) as never,
    });
  }
  const setUp = await client.call("savePipeline", { body: readDocument(documents.setUp) as never });
  const ship = await client.call("savePipeline", { body: readDocument(documents.ship) as never });

  say(`\nSet up: version 1 ${platform.place}`);
  const first = await run(context, setUp.id, platform.setUp);
  if (first.status !== "SUCCEEDED") throw new Error(`the set-up ended ${first.status}: ${reasonOf(first)}`);

  if (platform.clients !== null) await answering(platform.clients, signal);
  const load = platform.clients === null ? null : startLoad(platform.clients, options.rate);
  try {
    const thresholds = { pass: String(options.pass), marginal: String(options.marginal) };
    const asking = load === null ? "" : `, with ${options.rate} requests per second from clients all the time`;
    say(`\nShip version 2 (good)${asking}`);
    const good = await shipVersion(context, ship.id, "v2", { ...platform.ship("v2", "v1"), ...thresholds });
    const current = good.status === "SUCCEEDED" ? "v2" : "v1";
    say(`\nShip version 3 (${options.fault === "none" ? "just as good" : `bad: ${platform.badBy ?? options.fault}`})`);
    const bad = await shipVersion(context, ship.id, "v3", { ...platform.ship("v3", current), ...thresholds });
    const failedRun = (await runsOf(client, bad.execution)).find(
      (each) => each.verdict === "fail" || each.verdict === "inconclusive",
    );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    signal.throwIfAborted();
    const seconds = failedRun && load !== null ? secondsToZero(failedRun, load) : null;
    await load?.stop();
    return {
      good: good.shipped,
      bad: bad.shipped,
      load: load?.report() ?? null,
      secondsFromBadMetricToZeroTraffic: bad.status === "SUCCEEDED" ? null : seconds,
      ...(await whatIsLeft(client, platform)),
      failures: load?.failures() ?? [],
    };
  } finally {
    await load?.stop();
  }
}

async function shipVersion(context: Context, pipeline: string, version: string, parameters: Record<string, string>) {
  const execution = await run(context, pipeline, parameters);
  const runs = await runsOf(context.client, execution);
  const last = runs.at(-1);
  const shipped: Shipped = {
    version,
    status: execution.status,
    scores: runs.map((each) => each.score),
    verdict: last?.verdict ?? null,
    reason: execution.status === "SUCCEEDED" ? (last?.reason ?? "") : reasonOf(execution),
    executionId: execution.id,
  };
  context.say(`  → ${execution.status}${shipped.reason ? `: ${shipped.reason}` : ""}`);
  return { status: execution.status, execution, shipped };
}

async function run(
  { client, say, signal }: Context,
  pipeline: string,
  parameters: Record<string, string>,
): Promise<Execution> {
  const { id } = await client.call("startPipeline", { params: { pipeline }, body: { parameters } });
  say(`  ${client.baseUrl}/ui/applications/shop/executions/${id}`);
  return watchExecution(client, id, say, signal);
}

async function runsOf(client: Client, execution: Execution): Promise<CanaryRun[]> {
  const stage = execution.stages.find((each) => each.type === "kayentaCanary");
  return stage ? client.call("listCanaryRuns", { params: { execution: execution.id, stage: stage.id } }) : [];
}

function secondsToZero(run: CanaryRun, load: Load): number | null {
  const last = load.lastAnswerOf("v3");
  return last === null ? null : Math.max(0, Math.round((last - Date.parse(run.end)) / 10) / 100);
}

/** What runs in production at the end, and whatever should not be there any more. */
async function whatIsLeft(
  client: Client,
  platform: Platform,
): Promise<{ inProduction: string | null; leftovers: string[] }> {
  const clusters = await client.call("listClusters", { params: { application: "shop" } });
  const groups = clusters.flatMap((cluster) => cluster.serverGroups);
  const live = groups.filter((group) => !group.disabled && !platform.isTrial(group));
  return {
    inProduction: live.length === 1 && live[0] !== undefined ? platform.versionOf(live[0].artifact.reference) : null,
    leftovers: groups.filter((group) => platform.isTrial(group)).map((group) => group.name),
  };
}

function reasonOf(execution: Execution): string {
  const failed = execution.stages.filter((stage) => stage.failure !== null);
  return (
    failed.find((stage) => stage.parentStageId === null)?.failure?.message ??
    failed[0]?.failure?.message ??
    "no reason was given"
  );
}

function readDocument(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`../pipeline/${name}`, import.meta.url), "utf8")) as Record<string, unknown>;
}
