import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { encodeDocument } from "../../platform/values/document.ts";
import type { ServerGroupRef } from "../port/api.ts";
import { checkCommand } from "./artifacts/check-command.ts";
import { removeTree } from "./artifacts/artifact-store.ts";
import { parseCluster } from "./cluster/parse-cluster.ts";
import { stopProcesses } from "./processes/stop-processes.ts";
import type { HostsContext } from "./reconcile/context.ts";
import { createGroupController, type GroupController } from "./reconcile/group-controller.ts";
import { insertGroup, loadAccountInstances, loadDigests, loadGroup, loadGroups } from "./store/group-store.ts";
import {
  failOperation,
  forgetOldOperations,
  loadOperation,
  loadPending,
  reserveName,
} from "./store/operation-store.ts";
import { type GroupRow, refKey, refOf } from "./store/rows.ts";
import { createUsageMeter } from "./usage.ts";
import type { Usage } from "./view.ts";

/** The one process that starts and stops what an account runs. */
export type Owner = {
  /** Adopts what runs, ends what nobody asked for, then keeps every server group as it should be. */
  start(): Promise<void>;
  create(key: string, cluster: JsonObject): Promise<ServerGroupRef>;
  /** Looks at one server group, or at what other replicas have asked for. */
  changed(ref: ServerGroupRef): void;
  pending(): void;
  usage(instance: string): Usage | null;
  stop(): Promise<void>;
};

const SWEEP_MS = 5000;
const HEARTBEAT_MS = 15_000;
const KEEP_KEYS_DAYS = 60;

export function createOwner(context: HostsContext): Owner {
  const { database, account } = context;
  const controllers = new Map<string, GroupController>();
  const meter = createUsageMeter();
  const timers: NodeJS.Timeout[] = [];
  let stopped = false;
  let pendingWork: Promise<void> | null = null;
  let ending: Promise<void> | null = null;
  let anyRunning = false;
  /** Instances known to have a row when they were last looked up: what runs beside them has to be looked up. */
  let lookedUp: ReadonlySet<string> = new Set();

  function controllerOf(ref: ServerGroupRef): GroupController {
    const key = refKey(ref);
    let controller = controllers.get(key);
    if (controller === undefined) {
      controller = createGroupController(context, ref, () => {
        controllers.delete(key);
        void collect();
      });
      controllers.set(key, controller);
    }
    return controller;
  }

  const collect = (): Promise<void> =>
    context.store
      .collect(() => loadDigests(database))
      .catch((error: unknown) => {
        if (!stopped) context.log(`artifacts could not be tidied up: ${(error as Error).message}`);
      });

  /** Ends processes and removes directories of instances that have no row. What is seen is looked up afterwards. */
  async function endOrphans(): Promise<void> {
    const directories = await readdir(context.instancesDirectory);
    const running = new Set(context.table.find().map(({ label }) => label.instance));
    const known = new Set((await loadAccountInstances(database, account.name)).map(({ id }) => id));
    for (const id of running) {
      if (known.has(id)) continue;
      context.log(`ending ${id}: it runs, but no server group has it`);
      await stopProcesses(context.table, id, 2000);
    }
    for (const id of directories) if (!known.has(id)) await removeTree(join(context.instancesDirectory, id));
    lookedUp = known;
  }

  function sweep(): void {
    if (controllers.size === 0 && !anyRunning) return;
    const processes = context.table.find();
    anyRunning = processes.length > 0;
    meter.measure(processes, Date.now());
    for (const controller of controllers.values()) controller.check();
    if (processes.every(({ label }) => lookedUp.has(label.instance))) return;
    ending ??= endOrphans()
      .catch((error: unknown) =>
        context.log(`processes could not be compared with the inventory: ${(error as Error).message}`),
      )
      .finally(() => (ending = null));
  }

  const heartbeat = (): void => {
    void database
      .query("update hosts_account set seen_at = now(), problem = '' where name = $1 and data_directory_id = $2", [
        account.name,
        context.dataDirectoryId,
      ])
      .catch(() => undefined);
  };

  function every(ms: number, work: () => void): void {
    timers.push(setInterval(work, ms).unref());
  }

  async function create(key: string, cluster: JsonObject): Promise<ServerGroupRef> {
    const { launch, problems } = parseCluster(cluster, account, { expressions: false });
    if (problems.length > 0) {
      const said = problems.map(({ pointer, reason }) => `${pointer} ${reason}`).join("; ");
      throw new GennakerError("invalid_request", `The cluster cannot be deployed: ${said}`, { problems });
    }
    const source = launch.artifact;
    if (source === null) {
      throw new GennakerError(
        "invalid_request",
        "The cluster's artifactId was not resolved to an artifact {type, reference}",
        {
          problems: [{ pointer: "/artifact", reason: "is missing" }],
        },
      );
    }
    const place = { account: account.name, region: launch.region };
    const known = await loadOperation(database, key);
    if (known?.kind === "create" && known.server_group !== null)
      return { ...place, region: known.region, name: known.server_group };
    const stored = await context.store.add(source);
    try {
      context.seam("artifact stored");
      await checkCommand(
        { root: context.store.path(stored.digest), source },
        launch.command[0] ?? "",
        context.path,
        context.user,
      );
      const ref = await database.transaction(async (tx) => {
        const reserved = await reserveName(tx, key, { ...place, cluster: launch.cluster });
        const wanted = { ...place, name: reserved.name };
        if (!reserved.isNew) return wanted;
        await insertGroup(tx, {
          ...wanted,
          application: launch.application,
          cluster: launch.cluster,
          sequence: reserved.sequence,
          operation_key: key,
          launch: encodeDocument(cluster),
          artifact_type: source.type,
          artifact_reference: source.reference,
          artifact_digest: stored.digest,
          artifact_version: source.version,
          capacity_min: launch.capacity.min,
          capacity_max: launch.capacity.max,
          capacity_desired: launch.capacity.desired,
          disabled: launch.dark,
          destroying: false,
          health_status: "progressing",
          health_code: "starting",
          health_reason: `asked for ${launch.capacity.desired} instances`,
        });
        const group = await loadGroup(tx, wanted);
        if (group !== null) await context.publish(tx, group);
        context.seam("reserving");
        return wanted;
      });
      context.seam("reserved");
      controllerOf(ref).nudge();
      return ref;
    } finally {
      stored.release();
    }
  }

  async function workPending(): Promise<void> {
    for (const operation of await loadPending(database, account.name)) {
      if (stopped || operation.request === null) continue;
      try {
        await create(operation.key, JSON.parse(operation.request) as JsonObject);
      } catch (error) {
        if (!(error instanceof GennakerError)) throw error;
        await failOperation(database, operation.key, error);
      }
      database.notify("hosts_operation", operation.key);
    }
  }

  function pending(): void {
    pendingWork ??= workPending()
      .catch((error: unknown) => context.log(`queued operations wait: ${(error as Error).message}`))
      .finally(() => (pendingWork = null));
  }

  return {
    create,
    pending,
    usage: meter.of,
    changed: (ref) => {
      if (!stopped) controllerOf(ref).nudge();
    },

    async start() {
      await mkdir(context.instancesDirectory, { recursive: true });
      await endOrphans();
      const groups: GroupRow[] = await loadGroups(database, { account: account.name });
      await Promise.all(groups.map((group) => controllerOf(refOf(group)).settle()));
      await collect();
      await forgetOldOperations(database, KEEP_KEYS_DAYS);
      sweep();
      every(SWEEP_MS, sweep);
      every(SWEEP_MS, pending);
      every(HEARTBEAT_MS, heartbeat);
      pending();
    },

    async stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      await pendingWork;
      await ending;
      await Promise.all([...controllers.values()].map((controller) => controller.stop()));
    },
  };
}
