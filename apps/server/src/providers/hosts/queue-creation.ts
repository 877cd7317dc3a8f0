import type { JsonObject } from "@gennaker/contract/json.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Database } from "../../platform/database/api.ts";
import type { Operation, ServerGroupRef } from "../port/api.ts";
import type { AccountShape } from "./cluster/launch.ts";
import { parseCluster } from "./cluster/parse-cluster.ts";
import { loadOperation, queueCreation, storedError, withdrawCreation } from "./store/operation-store.ts";

const LOOK_MS = 1000;

/** On a replica that does not own the account: leaves a creation to its owner and waits for the answer. */
export async function queueAndWait(
  database: Database,
  account: AccountShape,
  operation: Operation,
  cluster: JsonObject,
): Promise<ServerGroupRef> {
  const { launch, problems } = parseCluster(cluster, account, { expressions: false });
  if (problems.length > 0) throw new GennakerError("invalid_request", "The cluster cannot be deployed", { problems });
  let wake: () => void = () => undefined;
  const leave = await database.listen("hosts_operation", () => wake());
  const aborted = (): void => wake();
  operation.signal.addEventListener("abort", aborted);
  try {
    await queueCreation(database, operation.key, account.name, launch.region, cluster);
    database.notify("hosts_pending", account.name);
    for (;;) {
      const row = await loadOperation(database, operation.key);
      if (row?.state === "done" && row.server_group !== null) {
        return { account: row.account, region: row.region, name: row.server_group };
      }
      if (row?.state === "failed") throw storedError(row.error);
      if (operation.signal.aborted) {
        await withdrawCreation(database, operation.key);
        operation.signal.throwIfAborted();
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    operation.signal.removeEventListener("abort", aborted);
    await leave();
  }
}
