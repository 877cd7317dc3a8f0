import { existsSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { createClient } from "@gennaker/client/client.ts";
import type { Measured, RunOptions } from "../benchmark.ts";
import { generateRuns } from "../history/generate.ts";
import { modelRun } from "../history/bench.ts";
import { quantile, startRealServer } from "../real-server.ts";
import { applications, fillConfigs, pipelinesEach } from "./fill.ts";

export const name = "api";
export const describe =
  "Ten most used Gate paths at 1,000 applications, 20,000 pipelines and 1 M executions (50,000 with --quick): p50, p99, requests/s. GENNAKER_BENCH_DATA names a directory where what is stored stays for the next time.";

type Ask = { method: string; path: string; body?: unknown };
type Pick = (below: number) => number;

/** What spin, Deck and scripts ask most. `runs` are ids of stored executions. */
const endpoints: Record<string, (pick: Pick, runs: readonly string[]) => Ask> = {
  applications: () => ({ method: "GET", path: "/applications" }),
  application: (pick) => ({ method: "GET", path: `/applications/app${pick(applications)}` }),
  pipeline_configs: (pick) => ({ method: "GET", path: `/applications/app${pick(applications)}/pipelineConfigs` }),
  pipeline_config: (pick) => ({
    method: "GET",
    path: `/applications/app${pick(applications)}/pipelineConfigs/Pipeline%20${pick(pipelinesEach)}`,
  }),
  application_runs: (pick) => ({ method: "GET", path: `/applications/app${pick(applications)}/pipelines?limit=2` }),
  runs_of_pipeline: (pick) => ({
    method: "GET",
    path: `/executions?pipelineConfigIds=pipe${pick(applications)}x${pick(pipelinesEach)}&limit=5`,
  }),
  run: (pick, runs) => ({ method: "GET", path: `/pipelines/${runs[pick(runs.length)]}` }),
  search_runs: (pick) => ({
    method: "GET",
    path: `/applications/app${pick(applications)}/executions/search?statuses=TERMINAL&size=10`,
  }),
  save_pipeline: (pick) => {
    const application = pick(applications);
    const pipeline = pick(pipelinesEach);
    const stages = [{ refId: "1", type: "wait", name: "Wait", waitTime: 0, requisiteStageRefIds: [] }];
    return {
      method: "POST",
      path: "/pipelines",
      body: {
        id: `pipe${application}x${pipeline}`,
        name: `Pipeline ${pipeline}`,
        application: `app${application}`,
        stages,
      },
    };
  },
  start_pipeline: (pick) => ({
    method: "POST",
    path: `/pipelines/app${pick(applications)}/Pipeline%20${pick(pipelinesEach)}`,
    body: { type: "manual" },
  }),
};

export async function run(options: RunOptions): Promise<Measured> {
  const count = options.quick === true ? 50_000 : 1_000_000;
  const rounds = options.quick === true ? 200 : 1_000;
  const say = (text: string) => void (options.json || process.stderr.write(`  ${text}\n`));
  const kept = process.env["GENNAKER_BENCH_DATA"];
  const filled = kept === undefined ? null : join(kept, `filled-${count}`);
  const server = await startRealServer("api", {}, kept);
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  try {
    if (filled === null || !existsSync(filled)) {
      const model = await modelRun(createClient({ baseUrl: server.url }));
      const progress = (stored: number) => void (stored % 100_000 === 0 && say(`${stored} runs are stored`));
      await generateRuns(server.databaseUrl, model, count, progress, { applications, pipelinesEach });
      await fillConfigs(server.databaseUrl);
      if (filled !== null) writeFileSync(filled, "");
    }
    say(`${applications} applications, ${applications * pipelinesEach} pipelines and ${count} runs are stored`);
    const pick = createPick();
    const runs = await someRuns(agent, server.url, pick);
    const figures: Record<string, number> = {};
    for (const [kind, make] of Object.entries(endpoints)) {
      for (let warm = 0; warm < 20; warm += 1) await send(agent, server.url, make(pick, runs));
      const alone: number[] = [];
      const before = server.cpuSeconds();
      for (let round = 0; round < rounds; round += 1) alone.push(await send(agent, server.url, make(pick, runs)));
      const after = server.cpuSeconds();
      const spent = after.server + after.postgres - before.server - before.postgres;
      // What it costs, however busy the machine is with other things.
      figures[`${kind}_cpu_ms`] = round2((spent / rounds) * 1_000);
      const began = performance.now();
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let round = 0; round < rounds / atOnce; round += 1) await send(agent, server.url, make(pick, runs));
        }),
      );
      figures[`${kind}_p50_ms`] = round2(quantile(alone, 0.5));
      figures[`${kind}_p99_ms`] = round2(quantile(alone, 0.99));
      figures[`${kind}_per_s`] = Math.round((rounds / (performance.now() - began)) * 1_000);
      say(`${kind}: p99 ${figures[`${kind}_p99_ms`]} ms, ${figures[`${kind}_cpu_ms`]} ms of processor time`);
    }
    const p99s = Object.entries(figures).filter(([key]) => key.endsWith("_p99_ms"));
    figures["worst_p99_ms"] = Math.max(...p99s.map(([, value]) => value));
    figures["server_mb"] = Math.round(server.memory().server);
    return { figures };
  } finally {
    agent.destroy();
    await server.stop();
  }
}

/** Clients that ask at the same time where throughput is measured. */
const atOnce = 8;

/** One request; resolves with its milliseconds, and refuses any answer that is no good one. */
function send(agent: Agent, base: string, ask: Ask, read?: (text: string) => void): Promise<number> {
  const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request(`${base}${ask.path}`, { agent, method: ask.method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () => {
        const took = performance.now() - began;
        const text = Buffer.concat(pieces).toString("utf8");
        if ((response.statusCode ?? 500) >= 300)
          reject(new Error(`${ask.method} ${ask.path} answered ${response.statusCode}: ${text.slice(0, 200)}`));
        read?.(text);
        resolve(took);
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function someRuns(agent: Agent, base: string, pick: Pick): Promise<string[]> {
  const found: string[] = [];
  for (let round = 0; round < 50; round += 1) {
    const path = `/executions?pipelineConfigIds=pipe${pick(applications)}x${pick(pipelinesEach)}&limit=3`;
    await send(agent, base, { method: "GET", path }, (text) =>
      found.push(...(JSON.parse(text) as { id: string }[]).map(({ id }) => id)),
    );
  }
  return found;
}

/** The same sequence in each run. */
function createPick(): Pick {
  let state = 12_345;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
