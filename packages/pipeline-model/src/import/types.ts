import type { JsonObject } from "@gennaker/contract/json.ts";

/** What can be imported. */
export const importKinds = [
  "application",
  "applicationPermissions",
  "template",
  "canaryConfig",
  "pipeline",
  "strategy",
  "notifications",
  "project",
] as const;
export type ImportKind = (typeof importKinds)[number];

/**
 * `error`: not imported; `attention`: imported, and somebody must look at it before it can be relied on; `repaired`: put
 * right; `note`: kept as it is and worth knowing. `code` is stable, e.g. `account.missing`.
 */
export type ImportNote = {
  level: "error" | "attention" | "repaired" | "note";
  code: string;
  /** JSON pointer into the document as received. */
  pointer: string;
  message: string;
  suggestion?: string;
};

export const importOutcomes = ["imported", "repaired", "attention", "unchanged", "refused"] as const;
export type ImportOutcome = (typeof importOutcomes)[number];

/** A document of the outside, told apart; `pointer` says where in the received text it stands. */
export type Classified =
  | { kind: ImportKind; name: string; application: string | null; pointer: string; document: JsonObject }
  | { kind: null; name: string; pointer: string; reason: string; suggestion: string };

/** What this server has; names as they are configured. A list that is null is not known, and nothing is said about it. */
export type Inventory = {
  accounts: readonly string[];
  artifactAccounts: readonly string[] | null;
  metricsAccounts: readonly string[] | null;
  /** The judges a canary config may name. */
  judges: readonly string[];
  /** By registry key: `type` or `type:cloudProvider`. */
  stageTypes: ReadonlySet<string>;
  /** Cloud providers that can be deployed to. */
  providers: ReadonlySet<string>;
  /** Trigger types that fire here. */
  triggerTypes: ReadonlySet<string>;
  /** The time zone of schedules and time windows. */
  timezone: string;
};

/** By how grave the gravest note is. */
export function outcomeOf(notes: readonly ImportNote[]): Exclude<ImportOutcome, "unchanged"> {
  const has = (level: ImportNote["level"]) => notes.some((note) => note.level === level);
  if (has("error")) return "refused";
  if (has("attention")) return "attention";
  return has("repaired") ? "repaired" : "imported";
}
