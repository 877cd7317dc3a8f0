import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createKubeClient, type KubeClient } from "@gennaker/kube-client/client.ts";
import { loadKubeconfig } from "@gennaker/kube-client/config/load-kubeconfig.ts";
import { verdict } from "@gennaker/kube-health/health.ts";
import { startKubernetes, type Kubernetes } from "@gennaker/testkit/kubernetes/cluster.ts";
import { findPrograms } from "@gennaker/testkit/kubernetes/programs.ts";
import type { Measured, RunOptions } from "../benchmark.ts";
import { quantile } from "../real-server.ts";
import { kubectlTimes, stageTimes } from "./deploys.ts";
import { compact, store } from "@gennaker/testkit/kubernetes/etcd.ts";
import {
  copies,
  each,
  lastPod,
  namespaceOf,
  patternName,
  podsOf,
  readPattern,
  replicas,
  workload,
  type Pattern,
} from "./fill.ts";
import { startWatcher, type Watcher } from "./watched.ts";
import type { Count, State } from "./watcher.ts";

export const name = "kubernetes";
export const describe = "10,000 workloads and 50,000 Pods watched on KWOK: memory, stalls, time from stable to told";

const apps = "apps/v1";
const controllers = ["kube-controller-manager", "kube-scheduler", "kwok"] as const;

type Size = { workloads: number; nodes: number; rollouts: number; rounds: number };
type Scene = { size: Size; cluster: Kubernetes; client: KubeClient; pattern: Pattern; log(line: string): void };

/**
 * Needs the programs of Kubernetes (packages/testkit/src/kubernetes). One Deployment is made by the controllers; the
 * others are copies of it, written where the API server keeps its objects. `GENNAKER_BENCH_WORKLOADS` sets another
 * number of workloads, of five Pods each; `--quick` takes a hundred.
 */
export async function run({ quick = false, json }: RunOptions): Promise<Measured> {
  const programs = findPrograms();
  if (programs === null) throw new Error("build the programs first: node packages/testkit/src/kubernetes/build.ts");
  const size = {
    workloads: Number(process.env["GENNAKER_BENCH_WORKLOADS"] ?? (quick ? 100 : 10_000)),
    ...(quick ? { nodes: 3, rollouts: 5, rounds: 4 } : { nodes: 50, rollouts: 100, rounds: 60 }),
  };
  const began = performance.now();
  const log = (line: string) => {
    if (!json) console.log(`  ${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
  };
  const cluster = await startKubernetes({ programs, fakeNodes: size.nodes, patienceMs: 900_000 });
  const client = createKubeClient(await (await loadKubeconfig({ paths: [cluster.kubeconfig], env: {} })).connect());
  let watcher: Watcher | null = null;
  try {
    const empty = startWatcher(cluster.kubeconfig);
    watcher = empty;
    const before = await reachable(empty);
    await empty.stop();
    const pattern = await makePattern(client);
    const scene: Scene = { size, cluster, client, pattern, log };
    await fill(scene);
    log("filled");
    const watching = startWatcher(cluster.kubeconfig);
    watcher = watching;
    const full = await allRead(scene, watching);
    log(`read: ${full.state.rssMegabytes.toFixed(0)} MB`);
    const latencies = await rollouts(scene, watching);
    log(`stable told after ${quantile(latencies, 0.5).toFixed(0)} ms, at most ${Math.max(...latencies).toFixed(0)} ms`);
    const again = await relist(scene, watching);
    log(`listed again: ${again.stallMs.toFixed(0)} ms at most without an answer`);
    const churned = await churn(scene, watching);
    const counted = (await watching.ask({ ask: "count" })) as Count;
    log("churn done");
    const more = Array.from({ length: Math.ceil(size.rollouts / 2) }, (_, at) => workload("default", `stage-${at}`));
    const ours = await stageTimes(cluster.kubeconfig, 100, more, (named) => saidStable(client, "default", named));
    const theirs = await kubectlTimes(join(programs, "kubectl"), cluster.kubeconfig, 100);
    return {
      figures: {
        workloads: size.workloads,
        pods: counted.instances,
        rss_empty_mb: before.rssMegabytes,
        rss_mb: full.state.rssMegabytes,
        heap_mb: full.state.heapMegabytes,
        rss_after_relist_mb: again.rssMegabytes,
        read_s: full.seconds,
        first_list_stall_ms: full.state.stallMs,
        relist_stall_ms: again.stallMs,
        stable_p50_ms: quantile(latencies, 0.5),
        stable_p99_ms: quantile(latencies, 0.99),
        stage_stable_p50_ms: quantile(ours.latencies, 0.5),
        stage_stable_p99_ms: quantile(ours.latencies, 0.99),
        deploy_100_new_ms: ours.new,
        deploy_100_changed_ms: ours.changed,
        churned_pods: size.rounds * churned.podsPerRound,
        rss_churn_begin_mb: churned.begin.rssMegabytes,
        rss_churn_end_mb: churned.end.rssMegabytes,
        heap_churn_begin_mb: churned.begin.heapMegabytes,
        heap_churn_end_mb: churned.end.heapMegabytes,
        churn_stall_ms: churned.stallMs,
        all_groups_ms: counted.tookMs,
        all_groups_stall_ms: counted.stallMs,
      },
      peer: { deploy_100_new_ms: theirs.new, deploy_100_changed_ms: theirs.changed },
    };
  } finally {
    await watcher?.stop().catch(() => undefined);
    await client.close();
    await cluster.stop();
  }
}

const state = async (watcher: Watcher): Promise<State> => (await watcher.ask({ ask: "state" })) as State;

async function reachable(watcher: Watcher): Promise<State> {
  for (;;) {
    await sleep(1_000);
    const now = await state(watcher);
    if (now.reachable) return now;
  }
}

async function makePattern(client: KubeClient): Promise<Pattern> {
  await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: patternName } });
  await client.create(workload(patternName, patternName));
  for (;;) {
    await sleep(500);
    const pattern = await readPattern(client).catch(() => null);
    if (pattern !== null && verdict(pattern.deployment).state === "stable") return pattern;
  }
}

/** Writes the copies while nothing looks, then lets everything go on. */
async function fill({ cluster, pattern, size }: Scene): Promise<void> {
  for (const name of controllers) cluster.freeze(name);
  await cluster.killApiServer();
  await store(cluster.etcd, copies(pattern, size.workloads, size.nodes));
  await cluster.startApiServer();
  // Those that went on with what they know would make Pods for ReplicaSets whose Pods they have not read yet.
  for (const name of controllers) await cluster.restart(name);
}

/** Everything was read, and the memory is looked at when that is over. */
async function allRead({ size, pattern }: Scene, watcher: Watcher): Promise<{ state: State; seconds: number }> {
  const began = performance.now();
  const last = size.workloads - 1;
  let stallMs = 0;
  for (;;) {
    await sleep(500);
    const now = await state(watcher);
    stallMs = Math.max(stallMs, now.stallMs);
    if (now.reachable && (await has(watcher, pattern, last, 0))) break;
  }
  const seconds = (performance.now() - began) / 1_000;
  await sleep(15_000);
  return { state: { ...(await state(watcher)), stallMs }, seconds };
}

async function has(watcher: Watcher, pattern: Pattern, workloadAt: number, generation: number): Promise<boolean> {
  const pod = lastPod(pattern, workloadAt, generation);
  const group = pod.slice(0, pod.lastIndexOf("-"));
  const question = { ask: "has", namespace: namespaceOf(workloadAt), group, pod } as const;
  return ((await watcher.ask(question)) as { has: boolean }).has;
}

/** Milliseconds from the API server's own word that a rollout is over until the stage would know it. */
async function rollouts({ client, size }: Scene, watcher: Watcher): Promise<number[]> {
  const latencies: number[] = [];
  const all = Array.from({ length: size.rollouts }, (_, at) => `rollout-${at}`);
  await each(all, 4, async (rollout) => {
    await client.create(workload(patternName, rollout));
    const [said, told] = await Promise.all([
      saidStable(client, patternName, rollout),
      watcher.ask({ ask: "wait", namespace: patternName, name: rollout }) as Promise<{ atMs: number }>,
    ]);
    latencies.push(told.atMs - said);
  });
  return latencies;
}

async function saidStable(client: KubeClient, namespace: string, deployment: string): Promise<number> {
  const kind = { apiVersion: apps, kind: "Deployment" };
  const events = client.watch(kind, {
    namespace,
    fieldSelector: `metadata.name=${deployment}`,
    sendInitialEvents: true,
    resourceVersion: undefined,
  });
  for await (const { type, object } of events) {
    if (type !== "BOOKMARK" && verdict(object).state === "stable") return performance.timeOrigin + performance.now();
  }
  throw new Error("the watch ended");
}

/** The API server dies and has forgotten what it was asked for last: all Pods are listed again. */
async function relist({ cluster }: Scene, watcher: Watcher): Promise<State> {
  const before = await state(watcher);
  await cluster.killApiServer();
  await compact(cluster.etcd);
  await cluster.startApiServer();
  let stallMs = 0;
  for (let since = 0; since < 20;) {
    await sleep(1_000);
    const now = await state(watcher);
    stallMs = Math.max(stallMs, now.stallMs);
    // The list is being read for some seconds after it was asked for.
    if (now.reachable && now.podLists > before.podLists) since += 1;
  }
  return { ...(await state(watcher)), stallMs };
}

/** Replaces Pods by others with other names, a fiftieth of all in a round, and waits until the watcher has seen it. */
async function churn({ cluster, pattern, size, log }: Scene, watcher: Watcher) {
  const some = Math.ceil(size.workloads / 50);
  const warmUp = Math.ceil(size.rounds / 4);
  for (const name of controllers) cluster.freeze(name);
  let begin = await state(watcher);
  let stallMs = 0;
  for (let round = 1; round <= size.rounds; round += 1) {
    await store(cluster.etcd, rounds(pattern, some, round, size.nodes));
    while (!(await has(watcher, pattern, some - 1, round))) await sleep(200);
    const now = await state(watcher);
    stallMs = Math.max(stallMs, now.stallMs);
    if (round === warmUp) begin = now;
    if (round % 10 === 0) log(`round ${round}: ${now.rssMegabytes.toFixed(0)} MB`);
  }
  await sleep(5_000);
  const end = await state(watcher);
  for (const name of controllers) cluster.resume(name);
  return { begin, end, stallMs, podsPerRound: some * replicas };
}

function* rounds(pattern: Pattern, workloads: number, round: number, nodes: number) {
  for (let at = 0; at < workloads; at += 1) yield* podsOf(pattern, at, round, nodes);
}
