import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesTreeLine } from "@gennaker/contract/resources/kubernetes-tree.ts";
import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import type { AccountRuntime } from "../accounts/account.ts";
import type { FurtherKinds } from "./further-kinds.ts";
import { openFurtherKinds } from "./further-kinds.ts";
import { readTree, type TreeFilter } from "./read-tree.ts";

export type TreeOptions = Omit<TreeFilter, "sees"> & {
  /** False: ends when everything was read once. */
  follow: boolean;
  /** Which applications the reader may see; asked anew every now and then, and its failure ends the stream. */
  sees(): Promise<(application: string) => boolean>;
  signal: AbortSignal;
};

/** Changes are gathered so long; after a reading it rests at least `restFactor` times as long as that took. */
const gatherMs = 150;
const restFactor = 3;
const longestRestMs = 3_000;
/** A line at least so often, so that a lost connection is seen on both sides; also how often permissions are asked. */
const aliveMs = 10_000;
/** Nodes in a line. */
const perLine = 200;
/** How long a reader who wants one whole picture waits for all kinds. */
const patienceMs = 20_000;

type Held = {
  runtime: AccountRuntime;
  further: FurtherKinds | null;
  offs: (() => void)[];
  /** Its kubeconfig is being read, could not be, or was. */
  opening: "not yet" | "now" | "failed";
};

/**
 * The trees of some accounts: all nodes first, then what changes, as lines. An account that does not answer is told in
 * `state` and shows what is known of it. Ends with the signal.
 */
export async function* followTree(
  accounts: readonly AccountRuntime[],
  options: TreeOptions,
): AsyncGenerator<KubernetesTreeLine, void, undefined> {
  const { signal } = options;
  const all: Held[] = accounts.map((runtime) => ({ runtime, further: null, offs: [], opening: "not yet" }));
  const told = new Map<string, string>();
  let state = "";
  let changed = Promise.withResolvers<void>();
  const wake = () => changed.resolve();
  const began = performance.now();
  let asked = Number.NEGATIVE_INFINITY;
  let sees: TreeFilter["sees"] = () => false;
  try {
    while (!signal.aborted) {
      changed = Promise.withResolvers<void>();
      for (const held of all) listen(held, wake);
      if (performance.now() - asked >= aliveMs) {
        const decide = await options.sees();
        sees = (application) => decide(application);
        asked = performance.now();
      }
      const start = performance.now();
      const { nodes, line } = await read(all, { ...options, sees });
      yield* differences(told, nodes);
      const text = JSON.stringify(line);
      if (text !== state) yield line;
      state = text;
      const whole = line.type === "state" && line.complete;
      if (!options.follow && (whole || performance.now() - began > patienceMs)) return;
      const rest = Math.min(longestRestMs, Math.max(gatherMs, restFactor * (performance.now() - start)));
      if ((await next(changed.promise, signal)) === "quiet") yield { type: "alive" };
      await sleep(rest, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    for (const { offs } of all) offs.forEach((off) => off());
    await Promise.all(all.map(async ({ further }) => further?.release()));
  }
}

/** Begins to listen to an account as soon as its kubeconfig could be read. */
function listen(held: Held, wake: () => void): void {
  const account = held.runtime.opened();
  // The account itself tries again where its kubeconfig cannot be read; that it can be now is seen within `aliveMs`.
  if (account === null && held.opening === "not yet") {
    held.opening = "now";
    held.runtime.open().then(wake, () => {
      held.opening = "failed";
      wake();
    });
  }
  if (account === null || held.further !== null) return;
  held.further = openFurtherKinds(account, held.runtime.settings);
  held.offs.push(account.caches.onChange(wake), account.caches.onStatus(wake), held.further.onChange(wake));
}

async function read(
  all: readonly Held[],
  filter: TreeFilter,
): Promise<{ nodes: Map<string, KubernetesNode>; line: KubernetesTreeLine }> {
  const nodes = new Map<string, KubernetesNode>();
  let truncated = false;
  for (const { runtime, further } of all) {
    const account = runtime.opened();
    if (account === null || further === null) continue;
    const part = await readTree(runtime.settings, account.caches, further.list(), filter);
    for (const [id, node] of part.nodes) nodes.set(id, node);
    truncated ||= part.truncated;
  }
  const line: KubernetesTreeLine = {
    type: "state",
    accounts: all.map(({ runtime }) => ({ account: runtime.settings.name, ...runtime.reach() })),
    // One that does not answer is whole as far as it will be: it keeps nobody waiting.
    complete: all.every(isWhole),
    problems: all.flatMap(({ runtime, further }) =>
      (further?.problems() ?? []).map((problem) => ({ account: runtime.settings.name, ...problem })),
    ),
    truncated,
  };
  return { nodes, line };
}

function isWhole({ runtime, further, opening }: Held): boolean {
  const account = runtime.opened();
  if (account === null || further === null) return opening === "failed";
  const { reachable, reason } = runtime.reach();
  if (!reachable) return reason !== notYet;
  const statuses = account.caches.statuses();
  const settled = statuses.every(({ status }) => status.relists > 0 || !status.served || status.error !== null);
  return settled && further.complete();
}

/** What `reachOf` says before the first answer. */
const notYet = "the cluster has not answered yet";

function* differences(
  told: Map<string, string>,
  nodes: ReadonlyMap<string, KubernetesNode>,
): Generator<KubernetesTreeLine> {
  const gone = [...told.keys()].filter((id) => !nodes.has(id));
  for (const id of gone) told.delete(id);
  if (gone.length > 0) yield { type: "gone", ids: gone };
  let fresh: KubernetesNode[] = [];
  for (const [id, node] of nodes) {
    const text = JSON.stringify(node);
    if (told.get(id) === text) continue;
    told.set(id, text);
    fresh.push(node);
    if (fresh.length < perLine) continue;
    yield { type: "set", nodes: fresh };
    fresh = [];
  }
  if (fresh.length > 0) yield { type: "set", nodes: fresh };
}

async function next(change: Promise<void>, signal: AbortSignal): Promise<"changed" | "quiet"> {
  const done = new AbortController();
  const quiet = sleep(aliveMs, "quiet" as const, { signal: AbortSignal.any([signal, done.signal]) }).catch(
    () => "changed" as const,
  );
  const first = await Promise.race([change.then(() => "changed" as const), quiet]);
  done.abort();
  return first;
}
