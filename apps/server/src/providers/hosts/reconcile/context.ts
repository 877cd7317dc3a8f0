import type { Database, Tx } from "../../../platform/database/api.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { AccountShape } from "../cluster/launch.ts";
import type { InstanceUser } from "../processes/instance-user.ts";
import type { PortPool } from "../processes/port-pool.ts";
import type { ProcessTable } from "../processes/process-table.ts";
import type { GroupRow } from "../store/rows.ts";

export type Log = (message: string, details?: Record<string, unknown>) => void;

/** What every part of the owner of an account works with. */
export type HostsContext = {
  database: Database;
  account: AccountShape;
  dataDirectoryId: string;
  instancesDirectory: string;
  store: ArtifactStore;
  table: ProcessTable;
  ports: PortPool;
  user: InstanceUser;
  /** PATH of instances. */
  path: string;
  logBytes: number;
  logFiles: number;
  /** Writes the event of a change in its transaction and tells everybody once it is stored. */
  publish(tx: Tx, group: GroupRow): Promise<void>;
  log: Log;
  now(): Date;
  /** Called by name between steps that a crash may come between; tests end the process there. */
  seam(name: string): void;
};
