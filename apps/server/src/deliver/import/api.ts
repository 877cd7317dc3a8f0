import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Resource, Verb } from "@gennaker/contract/permission.ts";
import type { ImportCounts, ImportItem, ImportReport, ImportResult } from "@gennaker/contract/resources/import.ts";
import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";
import type { Readiness } from "@gennaker/pipeline-model/import/readiness.ts";
import type { Actor } from "../../platform/audit/api.ts";

/** A text of one or several documents; the rest is said by where it comes from. */
export type ReceivedText = { source: string; text: string; kind?: ImportKind; application?: string; name?: string };

type ImportRequest = {
  items: readonly ReceivedText[];
  dryRun: boolean;
  overwrite: boolean;
  /** Id of the import that this goes on with, null for a new one. */
  importId: string | null;
  accounts: Readonly<Record<string, string>>;
};

/** `text` is the document's JSON, numbers as they were received. */
export type ExportedText = { kind: ImportKind; name: string; application: string | null; text: string };

/** Of an application, or (null) what belongs to none; only one pipeline where its id is given. */
export type ExportRequest = { application: string | null; pipeline: string | null; as: "received" | "stored" };

export type ImportPage = ImportReport & { items: ImportItem[]; next: number | null };

/** What whoever asks may do: every item is asked for alone. */
export type ImportAccess = {
  refusal(wanted: readonly { verb: Verb; resource: Resource }[], document: unknown): Promise<string | null>;
};

export type Imports = {
  /** Each item is stored or refused for itself, with an audit row: what is refused does not keep others out. Repeatable. */
  run(request: ImportRequest, actor: Actor, access: ImportAccess): Promise<ImportResult>;
  /** Everybody's for who may change the system, otherwise one's own. */
  list(limit: number, actor: Actor, access: ImportAccess): Promise<ImportReport[]>;
  /** Throws `not_found`, also for another one's import. */
  get(
    id: string,
    page: { outcome?: keyof ImportCounts; after: number; limit: number },
    actor: Actor,
    access: ImportAccess,
  ): Promise<ImportPage>;
  /** A document that was not changed here comes as it was received, unless it is asked for as it is stored. */
  export(request: ExportRequest): Promise<ExportedText[]>;
  /** The same of every application that `may` be seen, and of none: JSON lines. */
  exportAll(as: ExportRequest["as"], may: (application: string) => boolean): AsyncIterable<string>;
  readiness(pipeline: JsonObject): Promise<Readiness>;
};
