import { createClient } from "@gennaker/client/client.ts";
import type { Measured, RunOptions } from "../benchmark.ts";
import { quantile, startRealServer } from "../real-server.ts";
import { applications, generateRuns, varying } from "./generate.ts";

export const name = "history";
export const describe =
  "A million stored runs (50,000 with --quick) behind a real server: list, search, open and replay over HTTP, and memory.";

const pageSize = 25;

type Search = Record<string, string | number>;

/** What people look for: common and rare things, in one application and in all, new and old, and what does not exist. */
const searches: Record<string, (pick: (below: number) => number, count: number) => Search> = {
  list_all: () => ({}),
  list_application: (pick) => ({ application: `app${pick(applications)}` }),
  list_failed: (pick) => ({ application: `app${pick(applications)}`, statuses: "TERMINAL,CANCELED" }),
  list_pipeline: (pick) => pipelineOf(pick(applications), pick(8)),
  list_deep: (pick, count) => ({
    application: `app${pick(applications)}`,
    until: daysAgo(pick(1_000)),
    limit: count > 0 ? pageSize : 1,
  }),
  search_common: () => ({ triggerTypes: "manual", parameters: "env=prod" }),
  search_branch: (pick) => ({ parameters: `branch=branch${pick(1_009)}` }),
  search_branch_in_application: (pick) => ({
    application: `app${pick(applications)}`,
    parameters: `branch=branch${pick(1_009)}`,
  }),
  search_artifact: (pick, count) => ({ artifact: `registry.example/web:build${pick(count)}` }),
  search_text: (pick, count) => ({ text: `build${pick(count)}` }),
  search_words: (pick) => ({ text: `app${pick(applications)} branch${pick(1_009)}` }),
  search_user_failed: (pick) => ({ user: `user${pick(97)}`, statuses: "CANCELED" }),
  search_nothing: (pick) => ({ parameters: `branch=none${pick(9)}`, triggerTypes: "manual" }),
  search_nothing_common: () => ({ triggerTypes: "manual", parameters: "env=prod", name: "no such pipeline" }),
};

function pipelineOf(application: number, pipeline: number): Search {
  return { pipeline: `pipe${application}x${pipeline}` };
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

export async function run(options: RunOptions): Promise<Measured> {
  const count = options.quick === true ? 50_000 : 1_000_000;
  const say = (text: string) => void (options.json || process.stderr.write(`  ${text}\n`));
  const server = await startRealServer("history");
  try {
    const client = createClient({ baseUrl: server.url, headers: { "x-spinnaker-user": varying.user } });
    const begun = performance.now();
    const model = await modelRun(client);
    await generateRuns(server.databaseUrl, model, count, (stored) => {
      if (stored % 100_000 === 0)
        say(`${stored} runs stored after ${Math.round((performance.now() - begun) / 1_000)} s`);
    });
    const generated = performance.now();
    say(`${count} runs stored and indexed after ${Math.round((generated - begun) / 1_000)} s`);
    const rounds = options.quick === true ? 40 : 150;
    const pick = createPicker();
    const pages: number[] = [];
    const found: number[] = [];
    const figures: Record<string, number> = {};
    const seen: string[] = [];
    for (const [kind, make] of Object.entries(searches)) {
      const times: number[] = [];
      let results = 0;
      for (let round = 0; round < rounds + 5; round += 1) {
        const query = { limit: pageSize, ...make(pick, count) };
        const asked = performance.now();
        const answer = await client.call("listExecutions", { query: query as never });
        // The first ones make connections and plans.
        if (round >= 5) times.push(performance.now() - asked);
        results += answer.length;
        if (round % 10 === 0) seen.push(...answer.slice(-1).map((each) => each.id));
      }
      if (results === 0 && !kind.includes("nothing")) throw new Error(`${kind} found nothing`);
      figures[`${kind}_p99_ms`] = round2(quantile(times, 0.99));
      (kind.startsWith("list") ? pages : found).push(...times);
      say(`${kind}: p50 ${round2(quantile(times, 0.5))} ms, p99 ${figures[`${kind}_p99_ms`]} ms, ${results} found`);
    }
    const opened = await timed(seen, (id) => client.call("getExecution", { params: { execution: id } }));
    const replayed = await timed(seen, (id) =>
      client.call("getExecutionHistory", { params: { execution: id }, query: {} as never }),
    );
    const memory = server.memory();
    return {
      figures: {
        stored_runs: count,
        generate_s: Math.round((generated - begun) / 1_000),
        list_p50_ms: round2(quantile(pages, 0.5)),
        list_p99_ms: round2(quantile(pages, 0.99)),
        search_p50_ms: round2(quantile(found, 0.5)),
        search_p99_ms: round2(quantile(found, 0.99)),
        open_p99_ms: round2(quantile(opened, 0.99)),
        replay_p99_ms: round2(quantile(replayed, 0.99)),
        ...figures,
        server_rss_mb: Math.round(memory.server),
        postgres_pss_mb: Math.round(memory.postgres),
      },
    };
  } finally {
    await server.stop();
  }
}

type Client = ReturnType<typeof createClient>;

/** One real run with five stages, whose rows the others are copies of. */
export async function modelRun(client: Client): Promise<string> {
  const stages = Array.from({ length: 5 }, (_, index) => ({
    refId: String(index + 1),
    type: "wait",
    name: `Wait for ${varying.application} ${index + 1}`,
    waitTime: 0,
    comments: `Stage ${index + 1} of ${varying.pipeline}: ${"what people write about a stage in its comments. ".repeat(8)}`,
    requisiteStageRefIds: index === 0 ? [] : [String(index)],
  }));
  const pipeline = await client.call("savePipeline", {
    body: {
      id: varying.pipeline,
      name: `Ship ${varying.pipeline}`,
      application: varying.application,
      parameterConfig: [{ name: "env" }, { name: "branch" }],
      stages,
    } as never,
  });
  const { id } = await client.call("startPipeline", {
    params: { pipeline: pipeline.id },
    body: {
      parameters: { env: "prod", branch: varying.branch },
      artifacts: [
        {
          type: "docker/image",
          name: "registry.example/web",
          reference: `registry.example/web:${varying.build}`,
          version: varying.build,
        },
      ],
    } as never,
  });
  for (let tries = 0; tries < 600; tries += 1) {
    const { status } = await client.call("getExecution", { params: { execution: id } });
    if (status === "SUCCEEDED") return id;
    if (status !== "RUNNING" && status !== "NOT_STARTED") throw new Error(`the model run ended ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the model run did not end");
}

async function timed(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (const id of ids) {
    const asked = performance.now();
    await work(id);
    times.push(performance.now() - asked);
  }
  return times;
}

/** The same choices in every run of the benchmark. */
function createPicker(): (below: number) => number {
  let state = 42;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
}

const round2 = (value: number) => Math.round(value * 100) / 100;
