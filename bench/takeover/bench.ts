import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@gennaker/client/client.ts";
import { startServer, type TestServer } from "@gennaker/testkit/server/start-server.ts";
import type { Measured, RunOptions } from "../benchmark.ts";

export const name = "takeover";
export const describe =
  "A process is killed -9 in the middle of its tasks: how soon another replica, or the same one started again, goes on with all of them.";

/** Runs whose task is in the middle of a call when the process is killed. */
const runs = 20;

/** A service that never answers the first call of each run and answers every later one at once. */
async function startService() {
  const calls = new Map<string, number[]>();
  const server = createServer((request, response) => {
    const key = request.url ?? "";
    const times = calls.get(key) ?? [];
    calls.set(key, [...times, performance.now()]);
    if (times.length > 0) response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The times of each run's n-th call, of those that made it. */
    times: (n: number) => [...calls.values()].flatMap((each) => each[n] ?? []),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

type Scene = { config: string; service: Awaited<ReturnType<typeof startService>>; folder: string };

async function within<T>(setting: () => Promise<T>, holds: (value: T) => boolean, what: string): Promise<T> {
  const end = performance.now() + 120_000;
  for (;;) {
    const value = await setting();
    if (holds(value)) return value;
    if (performance.now() > end) throw new Error(`${what} did not come within two minutes`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts the runs through `api` and returns their ids once every one of them is inside its call. */
async function startRuns(api: TestServer, { service }: Scene): Promise<string[]> {
  const client = createClient({ baseUrl: api.url });
  const ids: string[] = [];
  for (let at = 0; at < runs; at += 1) {
    const job = [{ type: "webhook", url: `${service.url}/${at}`, method: "GET" }];
    ids.push(
      (await client.call("startOperation", { body: { application: "takeover", description: "takeover", job } })).id,
    );
  }
  await within(
    async () => service.times(0).length,
    (count) => count === runs,
    "the first call of every run",
  );
  return ids;
}

/** Seconds from `killed` to the last second call; throws when a run then does not succeed or a call was made a third time. */
async function goneOn(api: TestServer, ids: readonly string[], killed: number, { service }: Scene): Promise<number> {
  const again = await within(
    async () => service.times(1),
    (times) => times.length === runs,
    "the second call of every run",
  );
  const client = createClient({ baseUrl: api.url });
  for (const id of ids) {
    await within(
      () => client.call("getExecution", { params: { execution: id } }),
      (execution) => execution.status === "SUCCEEDED",
      `the end of ${id}`,
    );
  }
  if (service.times(2).length > 0) throw new Error("a call was made once more than the kill explains");
  return (Math.max(...again) - killed) / 1_000;
}

async function scene<T>(body: (scene: Scene) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "gennaker-takeover-"));
  const config = join(folder, "gennaker.yaml");
  writeFileSync(config, JSON.stringify({ outgoing: { policies: { webhook: { allow: ["127.0.0.1"] } } } }));
  const service = await startService();
  try {
    return await body({ config, service, folder });
  } finally {
    service.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A worker is killed while another one stands by: seconds until that one has made all calls again. */
const replicaKilled = () =>
  scene(async (here) => {
    const first = await startServer({ flags: ["--role", "api,controller", "--config", here.config] });
    const url = readFileSync(join(first.data, "run", "database.url"), "utf8").trim();
    const worker = () => startServer({ flags: ["--database-url", url, "--role", "worker", "--config", here.config] });
    const others: TestServer[] = [];
    try {
      const working = await worker();
      others.push(working);
      const ids = await startRuns(first, here);
      others.push(await worker());
      const killed = performance.now();
      await working.kill();
      return await goneOn(first, ids, killed, here);
    } finally {
      for (const other of others.reverse()) await other.end();
      await first.end();
    }
  });

/** The only process is killed and started again at once: seconds from that start until all calls were made again. */
const onlyOneKilled = () =>
  scene(async (here) => {
    const data = join(here.folder, "data");
    const flags = ["--config", here.config];
    const first = await startServer({ data, flags });
    const ids = await startRuns(first, here);
    await first.kill();
    const killed = performance.now();
    const second = await startServer({ data, flags });
    try {
      return await goneOn(second, ids, killed, here);
    } finally {
      await second.end();
    }
  });

export async function run(options: RunOptions): Promise<Measured> {
  const rounds = options.quick === true ? 1 : 3;
  const replica: number[] = [];
  const only: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    replica.push(await replicaKilled());
    only.push(await onlyOneKilled());
  }
  const rounded = (seconds: readonly number[]) => Math.round(Math.max(...seconds) * 10) / 10;
  return { figures: { runs, replica_killed_max_s: rounded(replica), only_process_killed_max_s: rounded(only) } };
}
