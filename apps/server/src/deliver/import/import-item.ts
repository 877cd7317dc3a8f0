import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ImportItem } from "@gennaker/contract/resources/import.ts";
import { planItem, prepareItem } from "@gennaker/pipeline-model/import/plan-item.ts";
import type { PlanContext } from "@gennaker/pipeline-model/import/plan-item.ts";
import type { Classified, ImportKind, ImportNote } from "@gennaker/pipeline-model/import/types.ts";
import { outcomeOf } from "@gennaker/pipeline-model/import/types.ts";
import type { Actor } from "../../platform/audit/api.ts";
import { stringifyExact } from "../../platform/values/exact-numbers.ts";
import { contentHash, saysTheSame, storedHash } from "./content.ts";
import { decide } from "./decide.ts";
import type { Recorded, RecordSession } from "./records.ts";
import type { Incoming, Stored, Target } from "./target.ts";

/** A document told apart, with its own text. */
export type Found = { source: string; classified: Classified; text: string };

export type ItemDependencies = {
  targets: Record<ImportKind, Target>;
  records: RecordSession;
  /** Everything that keeps a canary config from being saved: its own owner says it. */
  checkCanaryConfig(document: JsonObject): readonly { pointer: string; reason: string }[];
};

type Options = { dryRun: boolean; overwrite: boolean };

/** Plans one document, compares it with what is stored, and stores it unless it is a dry run. Refusals are told, not thrown. */
export async function importItem(
  found: Found,
  context: PlanContext,
  options: Options,
  parts: ItemDependencies,
  actor: Actor,
): Promise<ImportItem> {
  const { targets, records, checkCanaryConfig } = parts;
  const { classified, source } = found;
  const prepared = prepareItem(classified, context.accounts);
  if (prepared === null) return answer(found, planItem(classified, context), { change: "none", key: null });
  const { kind, name, application, document } = prepared;
  if ([name, application, document["id"]].some(cannotBeStored)) {
    const message = "its name, application or id holds U+0000 or half of a character, which cannot be stored";
    const notes: ImportNote[] = [...prepared.notes, { level: "error", code: "invalid", pointer: "", message }];
    return answer(found, { ...prepared, notes }, { change: "none", key: null });
  }
  const target = targets[kind];
  // An application's attributes are taken out of what Gate answers; every other document is its text.
  const asReceived = kind !== "application" && classified.kind !== null && document === classified.document;
  const text = asReceived ? found.text : stringifyExact(document, found.text);
  const incoming: Incoming = { name, application, document, text };
  const hash = contentHash(incoming.text);
  try {
    const stored = name === "" ? null : await target.find(incoming);
    const before = stored === null ? null : await records.recorded(kind, stored.key);
    const untouched = stored !== null && before?.storedHash === storedHash(stored.text);
    // The most frequent case of a repeated import: nothing has to be looked at again.
    if (untouched && before?.hash === hash)
      return answer(found, { ...prepared, notes: [] }, { change: "none", key: stored.key, outcome: "unchanged" });

    const { notes } = planItem(classified, context);
    const planned = { ...prepared, notes };
    if (kind === "canaryConfig") notes.push(...checkCanaryConfig(document).map(toNote));
    if (outcomeOf(notes) === "refused") return answer(found, planned, { change: "none", key: null });
    const owner = kind === "applicationPermissions" ? await ownerOf(incoming, parts) : null;
    const decision = decide({
      stored:
        stored === null
          ? null
          : { asImported: untouched || owner?.asImported === true, same: isStored(target, stored, document) },
      sameAsBefore: before?.hash === hash,
      overwrite: options.overwrite,
    });
    if (decision.note !== null) notes.push(decision.note);
    const outcome = decision.outcome === "unchanged" ? { outcome: decision.outcome } : {};
    const remember = (kept: Stored) =>
      records.record(kind, { key: kept.key, hash, storedHash: storedHash(kept.text), received: incoming.text, source });
    if (decision.change === "none" || options.dryRun) {
      // Stored by an import that was stopped before it could write that down.
      if (!options.dryRun && decision.outcome === "unchanged" && stored !== null && decision.note === null)
        remember(stored);
      return answer(found, planned, { change: decision.change, key: stored?.key ?? null, ...outcome });
    }
    const saved = await target.save(incoming, stored, actor);
    remember(saved);
    if (owner !== null) await rememberOwner(incoming, owner.record, parts, source);
    return answer(found, planned, { change: decision.change, key: saved.key });
  } catch (error) {
    // A fault of the database or the program stops the import; it can be repeated.
    if (!(error instanceof GennakerError) || error.code === "internal" || error.code === "database_unavailable")
      throw error;
    const problems = error.problems.length > 0 ? error.problems : [{ pointer: "", reason: error.message }];
    const notes = [...prepared.notes, ...problems.map(toNote)];
    return answer(found, { ...prepared, notes }, { change: "none", key: null });
  }
}

const cannotBeStored = (text: unknown): boolean =>
  typeof text === "string" && (text.includes("\0") || !text.isWellFormed());

type Said = { kind: ImportKind | null; name: string; application: string | null; notes: ImportNote[] };

function answer(
  { source, classified }: Found,
  { kind, name, application, notes }: Said,
  more: Pick<ImportItem, "change" | "key"> & { outcome?: ImportItem["outcome"] },
): ImportItem {
  return { source, pointer: classified.pointer, kind, name, application, outcome: outcomeOf(notes), notes, ...more };
}

function isStored(target: Target, { key, text }: Stored, document: JsonObject): boolean {
  const stored = JSON.parse(text) as JsonObject;
  return (
    saysTheSame(stored, document) ||
    (target.asStored !== undefined && saysTheSame(stored, target.asStored(document, key)))
  );
}

type Parts = Pick<ItemDependencies, "targets" | "records">;

/** The application that permissions belong to, and whether it stands as it was imported. */
async function ownerOf(
  permissions: Incoming,
  { targets, records }: Parts,
): Promise<{ asImported: boolean; record: Recorded | null }> {
  const owned = await targets.application.find(permissions);
  const record = owned === null ? null : await records.recorded("application", owned.key);
  return { asImported: owned !== null && record?.storedHash === storedHash(owned.text), record };
}

/** It is still as it was imported, with these permissions. */
async function rememberOwner(
  permissions: Incoming,
  record: Recorded | null,
  { targets, records }: Parts,
  source: string,
): Promise<void> {
  const owned = await targets.application.find(permissions);
  if (owned === null || record === null) return;
  const merged = {
    ...(JSON.parse(record.received) as JsonObject),
    permissions: permissions.document["permissions"] ?? {},
  };
  const received = stringifyExact(merged, record.received);
  records.record("application", { ...record, storedHash: storedHash(owned.text), received, source });
}

function toNote({ pointer, reason }: { pointer: string; reason: string }): ImportNote {
  return { level: "error", code: "refused", pointer, message: reason };
}
