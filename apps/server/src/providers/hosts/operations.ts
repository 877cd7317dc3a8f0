import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import type { Operation, ProviderPort, ServerGroupRef } from "../port/api.ts";
import type { AccountShape, Launch } from "./cluster/launch.ts";
import { capacityProblem } from "./cluster/parse-parts.ts";
import { parseCluster } from "./cluster/parse-cluster.ts";
import { loadGroup, setCapacity, setDestroying, setDisabled, setInstanceStopping } from "./store/group-store.ts";
import { takeKey } from "./store/operation-store.ts";
import { type GroupRow, refKey } from "./store/rows.ts";

type Operations = Pick<
  ProviderPort,
  "resizeServerGroup" | "enableServerGroup" | "disableServerGroup" | "destroyServerGroup" | "terminateInstance"
>;

/**
 * The operations on server groups that exist. Each writes what is wanted, with its key, in one transaction on whichever
 * replica it is asked; the account's owner hears of it and acts.
 */
export function createOperations(deps: {
  database: Database;
  account: AccountShape;
  publish(tx: Tx, group: GroupRow): Promise<void>;
  /** Resolves when `done` first holds; asks again at each change of the group. */
  until(ref: ServerGroupRef, signal: AbortSignal, done: () => Promise<boolean>): Promise<void>;
}): Operations {
  const { database, publish } = deps;

  /** Does `change` unless the key was seen. It gives null where there is no such server group. */
  async function ensure(
    operation: Operation,
    kind: string,
    ref: ServerGroupRef,
    change: (tx: Tx) => Promise<GroupRow | null>,
  ): Promise<void> {
    operation.signal.throwIfAborted();
    await database.transaction(async (tx) => {
      if (!(await takeKey(tx, operation.key, kind, ref))) return;
      const group = await change(tx);
      if (group === null) throw missing(ref);
      await publish(tx, group);
    });
  }

  const launchOf = (group: GroupRow): Launch =>
    parseCluster(JSON.parse(group.launch), deps.account, { expressions: true }).launch;
  const drainMs = (group: GroupRow): number => {
    const { drainSec, loadBalancers } = launchOf(group);
    return loadBalancers.length === 0 ? 0 : drainSec * 1000;
  };

  return {
    async resizeServerGroup(operation, ref, capacity) {
      const problem = capacityProblem(capacity);
      if (problem !== null) {
        throw new GennakerError("invalid_request", `The capacity asked for ${refKey(ref)} ${problem}`, {
          problems: [{ pointer: "/capacity", reason: problem }],
        });
      }
      await ensure(operation, "resize", ref, (tx) => setCapacity(tx, ref, capacity));
    },

    enableServerGroup: (operation, ref) => ensure(operation, "enable", ref, (tx) => setDisabled(tx, ref, false)),

    disableServerGroup: (operation, ref) => ensure(operation, "disable", ref, (tx) => setDisabled(tx, ref, true)),

    async destroyServerGroup(operation, ref) {
      operation.signal.throwIfAborted();
      await database.transaction(async (tx) => {
        const group = await loadGroup(tx, ref);
        if (group === null || group.destroying || !(await takeKey(tx, operation.key, "destroy", ref))) return;
        const marked = await setDestroying(tx, ref, drainMs(group));
        if (marked !== null) await publish(tx, marked);
      });
      await deps.until(ref, operation.signal, async () => {
        const group = await loadGroup(database, ref);
        return group === null || !group.destroying;
      });
    },

    async terminateInstance(operation, ref, instanceId) {
      await ensure(operation, "terminate", ref, async (tx) => {
        const group = await loadGroup(tx, ref);
        // An instance that is gone or going was ended before: what was wanted.
        if (group !== null)
          await setInstanceStopping(tx, ref, instanceId, "was asked to end", group.disabled ? 0 : drainMs(group));
        return group;
      });
    },
  };
}

export function missing(ref: ServerGroupRef): GennakerError {
  return new GennakerError(
    "not_found",
    `There is no server group ${ref.name} in ${ref.account}/${ref.region}; it may have been destroyed`,
  );
}
