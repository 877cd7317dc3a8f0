import type { Json } from "@gennaker/contract/json.ts";
import type { Tx } from "../database/api.ts";

/** Who asks for something, and how the request came in. */
export type Actor = {
  user: string;
  roles: readonly string[];
  via: "api" | "gate" | "engine" | "trigger" | "system";
  onBehalfOf?: string;
  /** With what it was shown who asks: `token/ID`, `session/ID`, `password`, `bearer`. Never the secret itself. */
  credential?: string;
  requestId?: string;
  address?: string;
  userAgent?: string;
};

/** `denied`: not allowed, nothing was changed. `failed`: tried and not successful, such as a login. */
export type AuditOutcome = "done" | "denied" | "failed";

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
  /** Default: what the action's last word says (`.denied`, `.failed`), otherwise `done`. */
  outcome?: AuditOutcome;
  /** How many alike this row stands for; default 1. */
  count?: number;
};

export type AuditLog = {
  /** Writes one row in the caller's transaction: the change and its audit are one. */
  record(tx: Tx, entry: AuditInput): Promise<void>;
  /** The same for many changes of one transaction, in their order. */
  recordAll(tx: Tx, entries: readonly AuditInput[]): Promise<void>;
};

/** Attempts that were not allowed: the first of a kind at once, those after it counted, so that nobody fills the disk. */
export type Denials = {
  /** Resolves when it is written or counted. */
  note(entry: AuditInput): Promise<void>;
  /** Writes what was counted. */
  flush(): Promise<void>;
  stop(): Promise<void>;
};
