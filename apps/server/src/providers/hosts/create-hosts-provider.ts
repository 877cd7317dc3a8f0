import { hostname } from "node:os";
import type { GennakerError } from "@gennaker/contract/errors.ts";
import type { Database } from "../../platform/database/api.ts";
import type { EventLog } from "../../platform/events/api.ts";
import type { Account, ProviderPort } from "../port/api.ts";
import { createArtifactStore } from "./artifacts/artifact-store.ts";
import type { AccountShape } from "./cluster/launch.ts";
import { parseCluster } from "./cluster/parse-cluster.ts";
import { createChanges } from "./changes.ts";
import { instancePath, prepareDirectories } from "./directories.ts";
import { readLog } from "./logs/read-log.ts";
import { missing, createOperations } from "./operations.ts";
import { createOwner, type Owner } from "./owner.ts";
import { instanceFiles } from "./processes/attempt-files.ts";
import { instanceUser } from "./processes/instance-user.ts";
import { createPortPool } from "./processes/port-pool.ts";
import { createProcessTable } from "./processes/process-table.ts";
import { stopProcesses } from "./processes/stop-processes.ts";
import { queueAndWait } from "./queue-creation.ts";
import type { Log } from "./reconcile/context.ts";
import { loadAccounts, ownAccount } from "./store/account-store.ts";
import { loadAccountInstances, loadGroup, loadGroups, loadInstances, loadInstancesOf } from "./store/group-store.ts";
import { toServerGroup } from "./view.ts";

export type HostsProviderDeps = {
  database: Database;
  events: EventLog;
  dataDirectory: string;
  /** The data directory's UUID: its processes carry it, and the account belongs to it. */
  dataDirectoryId: string;
  account?: {
    /** Default `local`. */
    name?: string;
    /** Default: region `local` with zones a, b and c. */
    regions?: readonly { name: string; zones: readonly string[] }[];
    /** As root: whom instances run as. Default: a user id of the data directory's own. */
    runAs?: { uid: number; gid: number } | "same";
  };
  log: Log;
  now?: () => Date;
  /** Makes tasks that wait on these topics run, on every replica. */
  wake(topics: readonly string[]): void;
  /** Output kept of each instance: the size of a file in bytes and how many there are. Default 4 MiB and 4. */
  logs?: { bytes: number; files: number };
  /** Called by name between steps that a crash may come between; for tests. */
  seam?: (name: string) => void;
};

export type HostsProvider = ProviderPort & {
  /** Adopts what runs and keeps it as it should be. Rejects when the data directory cannot be used. */
  start(): Promise<void>;
  /** Stops looking after processes; they go on, as the data plane they are. */
  stop(): Promise<void>;
  /** True between start and stop where the account belongs to this data directory. */
  owns(): boolean;
  /** Stops, and ends every process of this data directory. Needs no database; the server groups stay on record. */
  stopEverything(): Promise<void>;
};

const DEFAULT_REGIONS = [{ name: "local", zones: ["a", "b", "c"] }];

/** The provider of server groups made of real processes on this machine (Linux). */
export function createHostsProvider(deps: HostsProviderDeps): HostsProvider {
  const { database, dataDirectoryId } = deps;
  const account: AccountShape = {
    name: deps.account?.name ?? "local",
    regions: deps.account?.regions ?? DEFAULT_REGIONS,
  };
  const user = instanceUser(deps.account?.runAs, dataDirectoryId);
  const table = createProcessTable(
    dataDirectoryId,
    new Set([process.getuid?.() ?? 0, ...(user === null ? [] : [user.uid])]),
  );
  const changes = createChanges(database, deps.events, deps.wake, (ref) => owner?.changed(ref), deps.log);
  let owner: Owner | null = null;
  let instancesDirectory = "";
  let leavePending: () => Promise<void> = async () => undefined;

  /** Stops looking after processes. */
  const detach = async (): Promise<void> => {
    await changes.stop();
    await leavePending();
    await owner?.stop();
    owner = null;
  };

  const usage = (instance: string) => owner?.usage(instance) ?? null;

  return {
    name: "hosts",
    ...createOperations({ database, account, publish: changes.publish, until: changes.until }),

    async accounts(): Promise<readonly Account[]> {
      return loadAccounts(database, { dataDirectoryId, owning: owner !== null });
    },

    validateCluster: (cluster) => parseCluster(cluster, account, { expressions: true }).problems,

    async serverGroups(filter) {
      const groups = await loadGroups(database, filter);
      const instances = Map.groupBy(await loadInstancesOf(database, groups), groupKey);
      return groups.map((group) =>
        toServerGroup(group, instances.get(groupKey({ ...group, server_group: group.name })) ?? [], account, usage),
      );
    },

    async serverGroup(ref) {
      const group = await loadGroup(database, ref);
      return group === null ? null : toServerGroup(group, await loadInstances(database, ref), account, usage);
    },

    onChange: changes.onChange,

    async createServerGroup(operation, cluster) {
      operation.signal.throwIfAborted();
      if (owner !== null) return owner.create(operation.key, cluster);
      return queueAndWait(database, account, operation, cluster);
    },

    async *logs(ref, instanceId, options) {
      const known = await loadInstances(database, ref);
      if (!known.some(({ id }) => id === instanceId))
        throw missing({ ...ref, name: `${ref.name} with an instance ${instanceId}` });
      yield* readLog(instanceFiles(instancesDirectory, instanceId).log, options);
    },

    async start() {
      const isOwner = await ownAccount(database, account, dataDirectoryId, hostname());
      await changes.start();
      if (!isOwner) return;
      leavePending = await database.listen("hosts_pending", (name) => {
        if (name === account.name) owner?.pending();
      });
      try {
        const directories = await prepareDirectories(deps.dataDirectory, user);
        instancesDirectory = directories.instances;
        const known = await loadAccountInstances(database, account.name);
        const starting = createOwner({
          database,
          account,
          dataDirectoryId,
          instancesDirectory,
          store: createArtifactStore(directories.artifacts),
          table,
          ports: createPortPool(known.map(({ port }) => port)),
          user,
          path: await instancePath(directories, user),
          logBytes: deps.logs?.bytes ?? 4 * 1024 * 1024,
          logFiles: deps.logs?.files ?? 4,
          publish: changes.publish,
          log: deps.log,
          now: deps.now ?? (() => new Date()),
          seam: deps.seam ?? (() => undefined),
        });
        owner = starting;
        await starting.start();
      } catch (error) {
        await database.query("update hosts_account set problem = $2 where name = $1", [
          account.name,
          (error as GennakerError).message,
        ]);
        throw error;
      }
    },

    stop: detach,
    owns: () => owner !== null,

    async stopEverything() {
      await detach();
      const instances = new Set(table.find().map(({ label }) => label.instance));
      await Promise.all([...instances].map((instance) => stopProcesses(table, instance, 5000)));
    },
  };
}

function groupKey(row: { account: string; region: string; server_group: string }): string {
  return `${row.account}/${row.region}/${row.server_group}`;
}
