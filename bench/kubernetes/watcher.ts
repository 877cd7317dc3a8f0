/**
 * The process that is measured: the Kubernetes provider with one account and nothing else. Answers questions of its
 * parent, one at a time.
 */
import { subscribe } from "node:diagnostics_channel";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createKubernetesProvider } from "../../apps/server/src/providers/kubernetes/create-kubernetes-provider.ts";
import { kubernetesSchema } from "../../apps/server/src/providers/kubernetes/settings.ts";

export type Question =
  | { ask: "state" }
  /** How many Pods all server groups have together: makes every view once, which is what a request of everything costs. */
  | { ask: "count" }
  /** Waits until the Deployment is stable; answers with the time of the verdict. */
  | { ask: "wait"; namespace: string; name: string }
  /** Whether the server group has this Pod. */
  | { ask: "has"; namespace: string; group: string; pod: string };

export type State = {
  reachable: boolean;
  rssMegabytes: number;
  heapMegabytes: number;
  /** The longest the event loop stood still since the last question. */
  stallMs: number;
  /** How often all Pods were asked for from the beginning, so far. */
  podLists: number;
};
export type Count = { groups: number; instances: number; tookMs: number; stallMs: number };
export type Answer = State | Count | { atMs: number; state: string } | { has: boolean };

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
const asked = { podLists: 0 };
subscribe("undici:request:create", (message) => {
  const { path } = (message as { request: { path: string } }).request;
  const { pathname, searchParams } = new URL(path, "http://server");
  const begins = searchParams.has("sendInitialEvents") || (searchParams.has("limit") && !searchParams.get("continue"));
  if (pathname === "/api/v1/pods" && begins) asked.podLists += 1;
});
provider.start();

function takeStall(): number {
  const stallMs = delay.max / 1e6;
  delay.reset();
  return stallMs;
}

async function answer(question: Question): Promise<Answer> {
  switch (question.ask) {
    case "wait": {
      const { namespace, name } = question;
      const ref = { kind: "deployment", name, namespace };
      const { state } = await provider.cluster.waitStable("bench", ref, AbortSignal.timeout(600_000));
      return { atMs: performance.timeOrigin + performance.now(), state };
    }
    case "has": {
      const ref = { account: "bench", region: question.namespace, name: `replicaSet ${question.group}` };
      const group = await provider.serverGroup(ref);
      return { has: group?.instances.some(({ id }) => id === question.pod) ?? false };
    }
    case "count": {
      takeStall();
      const began = performance.now();
      const groups = await provider.serverGroups({});
      const instances = groups.reduce((sum, group) => sum + group.instances.length, 0);
      const tookMs = performance.now() - began;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { groups: groups.length, instances, tookMs, stallMs: takeStall() };
    }
    case "state": {
      const stallMs = takeStall();
      const [account] = await provider.accounts();
      const { rss, heapUsed } = process.memoryUsage();
      const megabyte = 1024 * 1024;
      return {
        reachable: account?.reachable === true,
        rssMegabytes: rss / megabyte,
        heapMegabytes: heapUsed / megabyte,
        stallMs,
        podLists: asked.podLists,
      };
    }
  }
}

process.on("message", (message: { id: number; question: Question }) => {
  answer(message.question).then(
    (found) => process.send?.({ id: message.id, answer: found }),
    (error: unknown) => process.send?.({ id: message.id, error: error instanceof Error ? error.stack : String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
