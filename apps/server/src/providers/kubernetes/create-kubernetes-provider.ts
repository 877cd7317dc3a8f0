import { setTimeout as sleep } from "node:timers/promises";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { KubernetesTreeLine } from "@gennaker/contract/resources/kubernetes-tree.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Database } from "../../platform/database/api.ts";
import type { EventInput, EventLog } from "../../platform/events/api.ts";
import type { Account, ProviderPort, ServerGroup, ServerGroupRef } from "../port/api.ts";
import { createAccount, type AccountRuntime } from "./accounts/account.ts";
import type { ClusterPort, ManifestRef } from "./cluster-port.ts";
import { browse, show, type Browsed, type BrowseFilter, type Shown } from "./inventory/browse.ts";
import type { GroupChange } from "./inventory/changed-groups.ts";
import type { KubernetesLoadBalancer, NetworkPolicy } from "./inventory/networking.ts";
import type { Reach } from "./inventory/reach.ts";
import { eventsAbout } from "./health/events-about.ts";
import { groupManagersOf } from "./group-managers.ts";
import { plainJudge, type Judge } from "./health/judge.ts";
import { record, records } from "./inventory/related.ts";
import { manifestView } from "./manifest-view.ts";
import { createClusterPort } from "./operations/create-cluster-port.ts";
import { createGroupOperations } from "./operations/group-operations.ts";
import { createOperationStore, type OperationStore } from "./operations/operation-store.ts";
import type { KubernetesSettings } from "./settings.ts";
import { findApplication } from "./tree/belonging.ts";
import { followTree, type TreeOptions } from "./tree/follow-tree.ts";

export type KubernetesProviderDeps = {
  settings: KubernetesSettings;
  database: Pick<Database, "transaction">;
  events: Pick<EventLog, "append">;
  /** What operation keys stand for; default: rows of the database. */
  operations?: OperationStore;
  /** Names the database: Gennakers with different ones never both change a cluster. */
  installation: string;
  /** Names this process among the replicas. */
  replica: string;
  env: Readonly<Record<string, string | undefined>>;
  log(level: "info" | "warn" | "error", message: string, details?: Record<string, unknown>): void;
  /** Whether this replica tells changes to everybody; each sees all of them itself. */
  leads(): boolean;
  /** By whose rules the objects of an account are judged; by ours alone when left out. */
  judgeOf?(account: string): Judge;
  /** Makes tasks that wait on these topics run, on every replica. */
  wake(topics: readonly string[]): void;
};

export type KubernetesProvider = ProviderPort & {
  /** What the stages use. */
  cluster: ClusterPort;
  /** The server groups whose Pods ask to be scraped, by the annotation `metrics.gennaker.io/path` of their template. */
  scraped(): ServerGroup[];
  loadBalancers(filter: { application?: string; account?: string }): KubernetesLoadBalancer[];
  networkPolicies(filter: { application?: string; account?: string }): NetworkPolicy[];
  /** Objects of all kinds, read from the cluster now. */
  browse(account: string, filter: BrowseFilter, signal: AbortSignal): Promise<Browsed>;
  /** One object with health, events and its application; null where it does not exist. */
  show(account: string, ref: ManifestRef, signal: AbortSignal): Promise<(Shown & { application: string }) | null>;
  /** The resource tree of some accounts as lines, first all of it, then every change. */
  tree(accounts: readonly string[], options: TreeOptions): AsyncGenerator<KubernetesTreeLine>;
  /** The application that an object belongs to by itself or its owners; null where it does not exist. */
  belongsTo(account: string, ref: ManifestRef, signal: AbortSignal): Promise<string | null>;
  /** An object as Clouddriver shows it; null where it does not exist. */
  manifest(account: string, ref: ManifestRef, signal: AbortSignal): Promise<JsonObject | null>;
  /** An application's Deployments with their ReplicaSets, as Clouddriver shows them. */
  serverGroupManagers(application: string): JsonObject[];
  /** What each container of a Pod wrote last, or why that cannot be read; null where the Pod does not exist. */
  consoleOutput(
    account: string,
    namespace: string,
    pod: string,
    signal: AbortSignal,
  ): Promise<{ name: string; output: string }[] | null>;
  /** Opens the watches of all accounts and returns at once: a cluster that does not answer delays nothing. */
  start(): void;
  stop(): Promise<void>;
};

/** The provider of Kubernetes clusters. An account is a context of a kubeconfig; regions are namespaces. */
export function createKubernetesProvider(deps: KubernetesProviderDeps): KubernetesProvider {
  const { settings, database, events, log, wake } = deps;
  const listeners = new Set<(changed: { application: string; ref: ServerGroupRef }) => void>();
  const accounts = new Map<string, AccountRuntime>();
  const ended = new AbortController();
  for (const each of settings.accounts) {
    accounts.set(
      each.name,
      createAccount(each, {
        judge: deps.judgeOf?.(each.name) ?? plainJudge,
        env: deps.env,
        installation: deps.installation,
        replica: deps.replica,
        onGroups: (account, changes) => void tellGroups(account, changes),
        onRollout: (account) => wake([`account:${account.settings.name}`]),
        onReach: (account, reach) => void tellReach(account, reach),
      }),
    );
  }
  const cluster = createClusterPort(accounts);
  const chosen = (filter: { account?: string }) =>
    [...accounts.values()].filter(({ settings: { name } }) => filter.account === undefined || filter.account === name);

  async function publish(account: AccountRuntime, inputs: EventInput[]): Promise<void> {
    if (!deps.leads() || inputs.length === 0) return;
    try {
      await database.transaction((tx) => events.append(tx, inputs));
    } catch (error) {
      log("warn", "changes of a Kubernetes account could not be told", {
        account: account.settings.name,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  async function tellGroups(account: AccountRuntime, changes: readonly GroupChange[]): Promise<void> {
    await publish(account, changes.map(groupEvent));
    for (const { application, ref } of changes) {
      for (const listener of listeners) {
        try {
          listener({ application, ref });
        } catch (error) {
          log("error", "a listener to server groups failed", { error: String(error) });
        }
      }
    }
    wake([`account:${account.settings.name}`]);
  }

  async function tellReach(account: AccountRuntime, reach: Reach & { read: boolean }): Promise<void> {
    const { name } = account.settings;
    log(reach.reachable ? "info" : "warn", reach.reachable ? "a cluster answers" : "a cluster does not answer", {
      account: name,
      reason: reach.reason,
      read: reach.read,
    });
    const data = { account: name, cloudProvider: "kubernetes", ...reach };
    await publish(account, [{ type: "account.changed", application: null, subject: name, data }]);
  }

  function runtimeOf(ref: { account: string }): AccountRuntime {
    const found = accounts.get(ref.account);
    if (found !== undefined) return found;
    throw new GennakerError("not_found", `There is no Kubernetes account ${ref.account}.`);
  }

  /** The inventory follows the watches; after a while, as when the cluster does not answer, it is not waited for. */
  async function shown(
    ref: ServerGroupRef,
    done: (group: ServerGroup | null) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const seen = () => accounts.get(ref.account)?.opened()?.inventory.serverGroup(ref) ?? null;
    for (let waited = 0; waited < patienceMs && !done(seen()); waited += lookMs) await sleep(lookMs, null, { signal });
  }

  /** The application of an object, by itself or its owners. */
  function whose(account: string, object: KubeObject, signal: AbortSignal): Promise<string> {
    const { namespace } = object.metadata;
    return findApplication(object, ({ apiVersion, kind, name }) =>
      cluster
        .get(account, { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }, { signal })
        // An owner that the login may not read, or of a kind that is gone, says nothing.
        .catch(() => null),
    );
  }

  return {
    name: "kubernetes",
    cluster,
    ...createGroupOperations({ port: cluster, store: deps.operations ?? createOperationStore(database), shown }),

    async accounts(): Promise<readonly Account[]> {
      return [...accounts.values()].map((account) => ({
        name: account.settings.name,
        cloudProvider: "kubernetes",
        regions: (account.opened()?.inventory.namespaces() ?? account.settings.namespaces).map((name) => ({
          name,
          zones: [],
        })),
        ...account.reach(),
      }));
    },

    async serverGroups(filter) {
      const found = chosen(filter).map(
        async (account) => (await account.opened()?.inventory.serverGroups(filter)) ?? [],
      );
      return (await Promise.all(found)).flat();
    },

    scraped: () => [...accounts.values()].flatMap((account) => account.opened()?.inventory.scraped() ?? []),

    async serverGroup(ref) {
      return accounts.get(ref.account)?.opened()?.inventory.serverGroup(ref) ?? null;
    },

    loadBalancers: (filter) =>
      chosen(filter).flatMap((account) => account.opened()?.inventory.loadBalancers(filter.application) ?? []),

    networkPolicies: (filter) =>
      chosen(filter).flatMap((account) => account.opened()?.inventory.networkPolicies(filter.application) ?? []),

    browse: async (account, filter, signal) => browse(runtimeOf({ account }), filter, signal),

    async show(account, ref, signal) {
      const shown = await show(runtimeOf({ account }), ref, signal);
      return shown === null ? null : { ...shown, application: await whose(account, shown.live, signal) };
    },

    async manifest(account, ref, signal) {
      const object = await cluster.get(account, ref, { signal });
      if (object === null) return null;
      const { client } = await runtimeOf({ account }).open();
      return manifestView(account, object, await eventsAbout(client, object, signal));
    },

    serverGroupManagers: (application) =>
      [...accounts.values()].flatMap((account) => {
        const caches = account.opened()?.caches;
        return caches === undefined ? [] : groupManagersOf(account.settings.name, caches, application);
      }),

    async consoleOutput(account, namespace, pod, signal) {
      const object = await cluster.get(account, { apiVersion: "v1", kind: "Pod", name: pod, namespace }, { signal });
      if (object === null) return null;
      return Promise.all(
        containersOf(object).map(async (name) => {
          try {
            let output = "";
            const lines = cluster.logs(account, namespace, [pod], { container: name, tail: consoleLines, signal });
            for await (const { text } of lines) output += `${text}\n`;
            return { name, output };
          } catch (error) {
            signal.throwIfAborted();
            // Typically one that has not started yet.
            return { name, output: error instanceof Error ? error.message : String(error) };
          }
        }),
      );
    },

    tree: (names, options) =>
      followTree(
        names.map((account) => runtimeOf({ account })),
        options,
      ),

    async belongsTo(account, ref, signal) {
      const object = await cluster.get(account, ref, { signal });
      return object === null ? null : whose(account, object, signal);
    },

    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async *logs(ref, instanceId, { tail, follow, signal }) {
      const group = runtimeOf(ref).opened()?.inventory.serverGroup(ref);
      if (!group?.instances.some(({ id }) => id === instanceId)) {
        throw new GennakerError("not_found", `${ref.name} in ${ref.account}/${ref.region} has no Pod ${instanceId}.`);
      }
      for await (const line of cluster.logs(ref.account, ref.region, [instanceId], { tail, follow, signal })) {
        yield `${line.container}: ${line.text}`;
      }
    },

    start() {
      for (const account of accounts.values()) void keepOpening(account, log, ended.signal);
    },

    async stop() {
      ended.abort();
      await Promise.all([...accounts.values()].map((account) => account.stop()));
    },
  };
}

const retryMs = 30_000;
/** Lines of a container that a page of Spinnaker's UI shows. */
const consoleLines = 5_000;

/** A Pod's containers, those that run first before the others. */
function containersOf(pod: KubeObject): string[] {
  const spec = record(pod["spec"]);
  return ["initContainers", "containers"].flatMap((list) => records(spec[list]).map((each) => String(each["name"])));
}
const patienceMs = 10_000;
const lookMs = 25;

/** A kubeconfig that cannot be read is tried again, as it may be written later. */
async function keepOpening(
  account: AccountRuntime,
  log: KubernetesProviderDeps["log"],
  ended: AbortSignal,
): Promise<void> {
  if (ended.aborted) return;
  try {
    await account.open();
  } catch (error) {
    if (ended.aborted) return;
    const words = error instanceof Error ? error.message : String(error);
    log("warn", "a Kubernetes account cannot be used", { account: account.settings.name, error: words });
    setTimeout(() => void keepOpening(account, log, ended), retryMs).unref();
  }
}

function groupEvent({ application, ref, group }: GroupChange): EventInput {
  return {
    type: "serverGroup.changed",
    application: application === "" ? null : application,
    subject: `${ref.account}/${ref.region}/${ref.name}`,
    data: {
      ...ref,
      cloudProvider: "kubernetes",
      ...(group === null
        ? { gone: true }
        : {
            cluster: group.cluster,
            disabled: group.disabled,
            desired: group.capacity.desired,
            health: { ...group.health },
          }),
    },
  };
}
