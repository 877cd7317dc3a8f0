import type { Json } from "@gennaker/contract/json.ts";
import type { Tx } from "../database/api.ts";

/** Who asks for something, and how the request came in. */
export type Actor = {
  user: string;
  roles: readonly string[];
  via: "api" | "gate" | "engine" | "trigger" | "system";
  onBehalfOf?: string;
  requestId?: string;
  address?: string;
  userAgent?: string;
};

export type AuditInput = {
  actor: Actor;
  /** Dotted verb, e.g. `pipeline.save`, `execution.start`, `stage.judge`, `serverGroup.destroy`. */
  action: string;
  /** What it was done to, e.g. `pipeline/UUID`. */
  resource: string;
  application: string | null;
  reason?: string;
  before?: Json;
  after?: Json;
};

export type AuditLog = {
  /** Writes one row in the caller's transaction: the change and its audit are one. */
  record(tx: Tx, entry: AuditInput): Promise<void>;
  /** The same for many changes of one transaction, in their order. */
  recordAll(tx: Tx, entries: readonly AuditInput[]): Promise<void>;
};
