import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@gennaker/client/client.ts";
import type { Measured, RunOptions } from "../benchmark.ts";
import { quantile, startRealServer, type RealServer } from "../real-server.ts";

export const name = "inflight";
export const describe =
  "10,000 executions in flight (1,000 with --quick): memory of everything, load while they wait, and how soon a judged one goes on.";

type Client = ReturnType<typeof createClient>;
type Kind = "judgement" | "wait" | "monitor";

/** How many runs of a thousand wait for what. */
const shares: Record<Kind, number> = { judgement: 500, wait: 400, monitor: 100 };

export async function run(options: RunOptions): Promise<Measured> {
  const thousands = options.quick === true ? 1 : 10;
  const restMs = options.quick === true ? 10_000 : 30_000;
  const say = (text: string) => void (options.json || process.stderr.write(`  ${text}\n`));
  const other = await startJob();
  const server = await startRealServer("inflight", {
    outgoing: { policies: { webhook: { allow: ["127.0.0.1"] } } },
  });
  try {
    const client = createClient({ baseUrl: server.url });
    const pipelines = await savePipelines(client, other.url);
    await rest(5_000);
    const emptyMemory = server.memory();
    const empty = await idleCpu(server, restMs);
    const ids: Record<Kind, string[]> = { judgement: [], wait: [], monitor: [] };
    const begun = performance.now();
    const starts: number[] = [];
    for (const kind of ["judgement", "wait"] as const) {
      ids[kind] = await startMany(client, pipelines[kind], shares[kind] * thousands, starts);
      say(`${ids[kind].length} runs wait (${kind}) after ${Math.round((performance.now() - begun) / 1_000)} s`);
    }
    const startedIn = (performance.now() - begun) / 1_000;
    await settled(client, ids.wait.at(-1) ?? "", restMs / 3);
    const still = await idleCpu(server, restMs);
    const judged = await judgeSome(client, ids.judgement.slice(0, 20));
    ids.monitor = await startMany(client, pipelines.monitor, shares.monitor * thousands, starts);
    // Monitors ask each second in their first minute, then each fifteen.
    await settled(client, ids.monitor.at(-1) ?? "", 65_000);
    const asked = other.requests();
    const polling = await idleCpu(server, restMs);
    const polls = (other.requests() - asked) / (restMs / 1_000);
    const memory = server.memory();
    const waiting = ids.judgement.length + ids.wait.length;
    return {
      figures: {
        in_flight: waiting + ids.monitor.length,
        memory_mb: Math.round(memory.server + memory.postgres),
        server_rss_mb: Math.round(memory.server),
        postgres_pss_mb: Math.round(memory.postgres),
        empty_memory_mb: Math.round(emptyMemory.server + emptyMemory.postgres),
        starts_per_s: Math.round(waiting / startedIn),
        start_p95_ms: round2(quantile(starts, 0.95)),
        empty_cpu_percent: round2(empty),
        waiting_cpu_percent: round2(still),
        waiting_cpu_us_per_run_and_s: round2(((still - empty) * 10_000) / waiting),
        polling_cpu_percent: round2(polling),
        polls_per_s: round2(polls),
        judged_to_ended_p50_ms: round2(quantile(judged, 0.5)),
        judged_to_ended_p99_ms: round2(quantile(judged, 0.99)),
      },
    };
  } finally {
    await server.stop();
    await other.stop();
  }
}

const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const round2 = (value: number) => Math.round(value * 100) / 100;

/** A job elsewhere that never ends: what it answers is what monitors see. */
async function startJob(): Promise<{ url: string; requests(): number; stop(): Promise<void> }> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.setHeader("content-type", "application/json");
    response.end('{"status":"RUNNING"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function savePipelines(client: Client, jobUrl: string): Promise<Record<Kind, string>> {
  const stages: Record<Kind, object> = {
    judgement: { type: "manualJudgment", name: "Go on?", instructions: "Look at the dashboards, then decide." },
    wait: { type: "wait", name: "Wait a day", waitTime: 86_400 },
    monitor: {
      type: "webhook",
      name: "Job elsewhere",
      url: jobUrl,
      method: "POST",
      payload: {},
      waitForCompletion: true,
      statusUrlResolution: "getMethod",
      statusJsonPath: "$.status",
      successStatuses: "SUCCEEDED",
    },
  };
  const save = async (kind: Kind) => {
    const after = { refId: "2", type: "wait", name: "After it", waitTime: 0, requisiteStageRefIds: ["1"] };
    const first = { refId: "1", requisiteStageRefIds: [], ...stages[kind] };
    const body = { name: kind, application: "inflight", stages: [first, after] };
    return (await client.call("savePipeline", { body: body as never })).id;
  };
  return { judgement: await save("judgement"), wait: await save("wait"), monitor: await save("monitor") };
}

/** Twenty at a time, as many people and triggers would. */
async function startMany(client: Client, pipeline: string, count: number, times: number[]): Promise<string[]> {
  const ids: string[] = [];
  const one = async (index: number) => {
    const parameters = { ticket: `T-${index}`, env: "prod" };
    const asked = performance.now();
    const { id } = await client.call("startPipeline", { params: { pipeline }, body: { parameters } });
    times.push(performance.now() - asked);
    ids.push(id);
  };
  for (let from = 0; from < count; from += 20) {
    await Promise.all(Array.from({ length: Math.min(20, count - from) }, (_, index) => one(from + index)));
  }
  return ids;
}

/** Waits until the newest run waits, and then until the dust has settled. */
async function settled(client: Client, id: string, ms: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await client.call("getExecution", { params: { execution: id } });
    if (found.stages[0]?.tasks.some((task) => task.waiting !== null)) return rest(ms);
    await rest(100);
  }
  throw new Error(`run ${id} never came to wait`);
}

/** Percent of one processor that the server and its PostgreSQL use while nothing is asked of them. */
async function idleCpu(server: RealServer, ms: number): Promise<number> {
  const before = server.cpuSeconds();
  await rest(ms);
  const after = server.cpuSeconds();
  return ((after.server + after.postgres - before.server - before.postgres) * 100) / (ms / 1_000);
}

/** From the judgement to the run's end, over HTTP; one after another. */
async function judgeSome(client: Client, ids: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const id of ids) {
    const { stages } = await client.call("getExecution", { params: { execution: id } });
    const asked = performance.now();
    await client.call("judgeStage", {
      params: { execution: id, stage: stages[0]?.id ?? "" },
      body: { decision: "continue" },
    });
    for (;;) {
      const { status } = await client.call("getExecution", { params: { execution: id } });
      if (status === "SUCCEEDED") break;
      if (status !== "RUNNING") throw new Error(`a judged run ended ${status}`);
      await rest(1);
    }
    times.push(performance.now() - asked);
  }
  return times;
}
