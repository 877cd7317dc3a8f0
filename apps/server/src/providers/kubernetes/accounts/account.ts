import { createSharedWatches, type SharedWatches } from "@gennaker/kube-client/watch/shared-watches.ts";
import type { KubeClient } from "@gennaker/kube-client/client.ts";
import { createAccountInventory, type AccountInventory } from "../inventory/account-inventory.ts";
import { openCaches, type Caches } from "../inventory/caches.ts";
import { followGroups, type GroupChange } from "../inventory/changed-groups.ts";
import type { Judge } from "../health/judge.ts";
import { reachOf, type Reach } from "../inventory/reach.ts";
import { fullName } from "../inventory/moniker.ts";
import type { KubernetesAccountSettings } from "../settings.ts";
import { createConnection } from "./connection.ts";
import { contendForCluster, soleOwner, type ClusterLeadership } from "./leadership.ts";

/** An account whose kubeconfig could be read. */
export type OpenAccount = {
  client: KubeClient;
  caches: Caches;
  watches: SharedWatches;
  inventory: AccountInventory;
};

export type AccountRuntime = {
  settings: KubernetesAccountSettings;
  /** Opens the watches when they are not open yet. Throws `KubeError` for a kubeconfig that cannot be used. */
  open(): Promise<OpenAccount>;
  /** What is open, without waiting; null before. */
  opened(): OpenAccount | null;
  reach(): Reach;
  /** Resolves when the cluster may be changed; see `ClusterLeadership`. */
  mayAct(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
};

export type AccountDeps = {
  judge: Judge;
  env: Readonly<Record<string, string | undefined>>;
  installation: string;
  replica: string;
  /** Server groups that changed, in the order they were seen. */
  onGroups(account: AccountRuntime, changes: readonly GroupChange[]): void;
  /** A Deployment changed: it is no server group, but stages wait for it. Gathered, at most ten times a second. */
  onRollout(account: AccountRuntime): void;
  /** The cluster became reachable or stopped being it; `read`: everything watched was read once, so all is shown now. */
  onReach(account: AccountRuntime, reach: Reach & { read: boolean }): void;
};

const gatherMs = 100;

/** One configured account: nothing is asked of its cluster before `open`. */
export function createAccount(settings: KubernetesAccountSettings, deps: AccountDeps): AccountRuntime {
  const connection = createConnection(settings, deps.env);
  let state: (OpenAccount & { leadership: ClusterLeadership; end(): Promise<void> }) | null = null;
  let opening: Promise<OpenAccount> | null = null;
  let problem: string | null = null;
  let said: Reach | null = null;
  let stopped = false;
  let read = false;

  async function start(): Promise<OpenAccount> {
    const client = await connection.client();
    if (stopped) throw new Error("the server stops");
    const caches = openCaches(client, settings, deps.judge);
    const watches = createSharedWatches(client);
    const inventory = createAccountInventory(caches, settings);
    const leadership =
      settings.lease === false || settings.readOnly
        ? soleOwner()
        : contendForCluster(client, settings.lease, { installation: deps.installation, replica: deps.replica });
    const groups = followGroups({
      caches,
      read: (key) => inventory.byKey(key),
      refOf: ({ kind, namespace, name }) => ({
        account: settings.name,
        region: namespace,
        name: fullName({ apiVersion: "apps/v1", kind, metadata: { name } }),
      }),
      tell: (changes) => deps.onGroups(runtime, changes),
    });
    let stirring: NodeJS.Timeout | null = null;
    caches.onChange((kind) => {
      if (kind !== "Deployment" || !read || stopped || stirring !== null) return;
      stirring = setTimeout(() => {
        stirring = null;
        if (!stopped) deps.onRollout(runtime);
      }, gatherMs);
      stirring.unref();
    });
    caches.onStatus(tellReach);
    caches.ready().then(
      () => {
        read = true;
        said = runtime.reach();
        deps.onReach(runtime, { ...said, read });
      },
      // Only the end of the account ends the watches before they have read.
      () => undefined,
    );
    state = {
      client,
      caches,
      watches,
      inventory,
      leadership,
      async end() {
        groups.stop();
        await Promise.all([leadership.stop(), watches.close(), caches.close()]);
      },
    };
    return state;
  }

  function tellReach(): void {
    const now = runtime.reach();
    if (said?.reachable === now.reachable) return;
    const first = said === null;
    said = now;
    // That a cluster has not answered yet at the start is no news.
    if (!first || now.reachable) deps.onReach(runtime, { ...now, read });
  }

  const runtime: AccountRuntime = {
    settings,
    open() {
      opening ??= start().catch((error: unknown) => {
        opening = null;
        problem = error instanceof Error ? error.message : String(error);
        throw error;
      });
      return opening;
    },
    opened: () => state,
    reach() {
      if (state !== null) return reachOf(state.caches.statuses());
      return { reachable: false, reason: problem ?? "the account is not watched by this process" };
    },
    async mayAct(signal) {
      await runtime.open();
      await state?.leadership.mayAct(signal);
    },
    async stop() {
      stopped = true;
      await opening?.catch(() => undefined);
      await state?.end();
      state = null;
      await connection.close();
    },
  };
  return runtime;
}
