import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createKubeClient, type KubeClient } from "@gennaker/kube-client/client.ts";
import { loadKubeconfig } from "@gennaker/kube-client/config/load-kubeconfig.ts";
import { verdict } from "@gennaker/kube-health/health.ts";
import { startKubernetes } from "@gennaker/testkit/kubernetes/cluster.ts";
import { findPrograms } from "@gennaker/testkit/kubernetes/programs.ts";
import type { Measured, RunOptions } from "../benchmark.ts";
import { each, fill, workload } from "./fill.ts";
import { startWatcher, type Watcher } from "./watched.ts";
import type { State } from "./watcher.ts";

export const name = "kubernetes";
export const describe = "10,000 workloads and 50,000 Pods watched on KWOK: memory, stalls, time from stable to told";

const replicas = 5;
const apps = "apps/v1";

/**
 * Needs the programs of Kubernetes (packages/testkit/src/kubernetes). The full size takes most of an hour, `--quick` a
 * minute; `GENNAKER_BENCH_WORKLOADS` sets another number of workloads of five Pods each.
 */
export async function run({ quick = false }: RunOptions): Promise<Measured> {
  const programs = findPrograms();
  if (programs === null) throw new Error("build the programs first: node packages/testkit/src/kubernetes/build.ts");
  const size = {
    workloads: Number(process.env["GENNAKER_BENCH_WORKLOADS"] ?? (quick ? 60 : 10_000)),
    ...(quick ? { rollouts: 5, rounds: 1 } : { rollouts: 100, rounds: 20 }),
  };
  const cluster = await startKubernetes({ programs, fakeNodes: quick ? 3 : 50 });
  const kubeconfig = await loadKubeconfig({ paths: [cluster.kubeconfig], env: {} });
  const client = createKubeClient(await kubeconfig.connect());
  let watcher: Watcher | null = null;
  try {
    const empty = startWatcher(cluster.kubeconfig);
    watcher = empty;
    const before = await settled(empty, 0);
    await empty.stop();

    await fill(client, size.workloads, replicas);
    await running(client, size.workloads * replicas);
    watcher = startWatcher(cluster.kubeconfig);
    const full = await settled(watcher, size.workloads * replicas);
    const latencies = await rollouts(client, watcher, size.rollouts);
    const ours = await deployTime(watcher, 100);
    const kubectl = await kubectlTime(join(programs, "kubectl"), cluster.kubeconfig, 100);
    const churned = await churn(client, watcher, size);
    return {
      figures: {
        workloads: size.workloads,
        pods: full.instances,
        rss_empty_mb: before.rssMegabytes,
        rss_mb: full.rssMegabytes,
        heap_mb: full.heapMegabytes,
        rss_after_churn_mb: churned.rssMegabytes,
        initial_stall_ms: full.stallMs,
        stable_p50_ms: quantile(latencies, 0.5),
        stable_p99_ms: quantile(latencies, 0.99),
        deploy_100_ms: ours,
      },
      peer: { deploy_100_ms: kubectl },
    };
  } finally {
    await watcher?.stop().catch(() => undefined);
    await client.close();
    await cluster.stop();
  }
}

/** The state once everything was read; its memory is looked at again after a moment, when the reading is over. */
async function settled(watcher: Watcher, pods: number): Promise<State> {
  let stallMs = 0;
  for (;;) {
    await sleep(1_000);
    const state = (await watcher.ask({ ask: "state" })) as State;
    stallMs = Math.max(stallMs, state.stallMs);
    if (!state.reachable || state.instances < pods) continue;
    await sleep(5_000);
    return { ...((await watcher.ask({ ask: "state" })) as State), stallMs };
  }
}

async function running(client: KubeClient, pods: number): Promise<void> {
  for (;;) {
    let ready = 0;
    await client.scan(
      { apiVersion: apps, kind: "Deployment" },
      {},
      {
        begin: () => (ready = 0),
        item: (item) => (ready += (item["status"] as { readyReplicas?: number }).readyReplicas ?? 0),
      },
    );
    if (ready >= pods) return;
    await sleep(2_000);
  }
}

/** Milliseconds from the API server's own word that a rollout is over until the stage would know it. */
async function rollouts(client: KubeClient, watcher: Watcher, count: number): Promise<number[]> {
  const namespace = "team-0";
  const latencies: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const name = `rollout-${at}`;
    await client.create(workload(namespace, name, replicas));
    const [said, told] = await Promise.all([
      saidStable(client, namespace, name),
      watcher.ask({ ask: "wait", namespace, name }) as Promise<{ atMs: number }>,
    ]);
    latencies.push(told.atMs - said);
  }
  return latencies;
}

async function saidStable(client: KubeClient, namespace: string, name: string): Promise<number> {
  const kind = { apiVersion: apps, kind: "Deployment" };
  const events = client.watch(kind, {
    namespace,
    fieldSelector: `metadata.name=${name}`,
    sendInitialEvents: true,
    resourceVersion: undefined,
  });
  for await (const { type, object } of events) {
    if (type !== "BOOKMARK" && verdict(object).state === "stable") return performance.timeOrigin + performance.now();
  }
  throw new Error("the watch ended");
}

async function deployTime(watcher: Watcher, count: number): Promise<number> {
  return ((await watcher.ask({ ask: "deploy", namespace: "team-0", count })) as { tookMs: number }).tookMs;
}

async function kubectlTime(kubectl: string, kubeconfig: string, count: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "gennaker-bench-"));
  try {
    const file = join(folder, "maps.json");
    const items = Array.from({ length: count }, (_, at) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `theirs-${at}`, namespace: "team-0" },
      data: { at: String(at) },
    }));
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    const began = performance.now();
    await promisify(execFile)(kubectl, ["--kubeconfig", kubeconfig, "apply", "--server-side", "-f", file]);
    return performance.now() - began;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Scales a tenth of all down and up again, many times, and waits until the watcher has seen it. */
async function churn(
  client: KubeClient,
  watcher: Watcher,
  { workloads, rounds }: { workloads: number; rounds: number },
): Promise<State> {
  const some = Array.from({ length: Math.ceil(workloads / 10) }, (_, at) => at);
  const total = async () => ((await watcher.ask({ ask: "state" })) as State).instances;
  const all = await total();
  for (let round = 0; round < rounds; round += 1) {
    for (const size of [0, replicas]) {
      await each(some, 8, (at) =>
        client.scale(
          {
            apiVersion: apps,
            kind: "Deployment",
            name: `app${at % 50}-${at}`,
            namespace: `team-${Math.floor(at / 100)}`,
          },
          size,
        ),
      );
      const wanted = size === 0 ? all - some.length * replicas : all;
      while ((await total()) !== wanted) await sleep(1_000);
    }
  }
  return settled(watcher, all);
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
