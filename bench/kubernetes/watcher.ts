/**
 * The process that is measured: the Kubernetes provider with one account and nothing else. Answers questions of its
 * parent, one at a time: `state`, `wait`, `deploy`.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createKubernetesProvider } from "../../apps/server/src/providers/kubernetes/create-kubernetes-provider.ts";
import { kubernetesSchema } from "../../apps/server/src/providers/kubernetes/settings.ts";

export type Question =
  | { ask: "state" }
  /** Waits until the Deployment is stable; answers with the time of the verdict. */
  | { ask: "wait"; namespace: string; name: string }
  /** Applies ConfigMaps one after the other, as a deploy stage does. */
  | { ask: "deploy"; namespace: string; count: number };

export type State = {
  reachable: boolean;
  rssMegabytes: number;
  heapMegabytes: number;
  groups: number;
  instances: number;
  /** The longest the event loop stood still since the last question. */
  stallMs: number;
};
export type Answer = State | { atMs: number; state: string } | { tookMs: number };

const provider = createKubernetesProvider({
  settings: kubernetesSchema.parse({
    accounts: [{ name: "bench", kubeconfigFile: process.argv[2], lease: false }],
  }),
  database: { transaction: async (work: (tx: never) => Promise<unknown>) => work({} as never) } as never,
  events: { append: async () => undefined },
  installation: "bench",
  replica: "one",
  env: {},
  log: () => undefined,
  leads: () => true,
  wake: () => undefined,
});
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
provider.start();

async function answer(question: Question): Promise<Answer> {
  if (question.ask === "wait") {
    const { namespace, name } = question;
    const ref = { kind: "deployment", name, namespace };
    const { state } = await provider.cluster.waitStable("bench", ref, AbortSignal.timeout(600_000));
    return { atMs: performance.timeOrigin + performance.now(), state };
  }
  if (question.ask === "deploy") {
    const began = performance.now();
    for (let at = 0; at < question.count; at += 1) {
      await provider.cluster.apply("bench", {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `ours-${at}`, namespace: question.namespace },
        data: { at: String(at) },
      });
    }
    return { tookMs: performance.now() - began };
  }
  const stallMs = delay.max / 1e6;
  delay.reset();
  const [account] = await provider.accounts();
  const { rss, heapUsed } = process.memoryUsage();
  // Counting makes every view once, which is what a request of everything costs; it comes after the figures.
  const groups = account?.reachable === true ? await provider.serverGroups({}) : [];
  const instances = groups.reduce((sum, group) => sum + group.instances.length, 0);
  delay.reset();
  const megabyte = 1024 * 1024;
  return {
    reachable: account?.reachable === true,
    rssMegabytes: rss / megabyte,
    heapMegabytes: heapUsed / megabyte,
    groups: groups.length,
    instances,
    stallMs,
  };
}

process.on("message", (message: { id: number; question: Question }) => {
  answer(message.question).then(
    (found) => process.send?.({ id: message.id, answer: found }),
    (error: unknown) => process.send?.({ id: message.id, error: String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
