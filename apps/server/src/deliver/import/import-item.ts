import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ImportItem } from "@gennaker/contract/resources/import.ts";
import { planItem } from "@gennaker/pipeline-model/import/plan-item.ts";
import type { PlanContext } from "@gennaker/pipeline-model/import/plan-item.ts";
import type { Classified, ImportKind, ImportNote } from "@gennaker/pipeline-model/import/types.ts";
import { outcomeOf } from "@gennaker/pipeline-model/import/types.ts";
import type { Actor } from "../../platform/audit/api.ts";
import { stringifyExact } from "../../platform/values/exact-numbers.ts";
import { contentHash, saysTheSame, storedHash } from "./content.ts";
import { decide } from "./decide.ts";
import type { Recorded, Records } from "./records.ts";
import type { Incoming, Stored, Target } from "./target.ts";

/** A document told apart, with its own text. */
export type Found = { source: string; classified: Classified; text: string };

export type ItemDependencies = {
  targets: Record<ImportKind, Target>;
  records: Records;
  /** Everything that keeps a canary config from being saved: its own owner says it. */
  checkCanaryConfig(document: JsonObject): readonly { pointer: string; reason: string }[];
};

/** Plans one document, compares it with what is stored, and stores it unless it is a dry run. Refusals are told, not thrown. */
export async function importItem(
  { source, classified, text }: Found,
  context: PlanContext,
  { dryRun, overwrite }: { dryRun: boolean; overwrite: boolean },
  { targets, records, checkCanaryConfig }: ItemDependencies,
  actor: Actor,
): Promise<ImportItem> {
  const planned = planItem(classified, context);
  const { kind, name, application, document } = planned;
  const notes = [...planned.notes];
  const item = (more: Pick<ImportItem, "change" | "key"> & { outcome?: ImportItem["outcome"] }): ImportItem => ({
    source,
    pointer: classified.pointer,
    kind,
    name,
    application,
    outcome: outcomeOf(notes),
    notes,
    ...more,
  });
  if (kind === null || document === null) return item({ change: "none", key: null });
  if (kind === "canaryConfig") notes.push(...checkCanaryConfig(document).map(toNote));
  if (outcomeOf(notes) === "refused") return item({ change: "none", key: null });
  try {
    const target = targets[kind];
    const incoming: Incoming = { name, application, document, text: stringifyExact(document, text) };
    const hash = contentHash(incoming.text);
    const stored = await target.find(incoming);
    const before = stored === null ? null : await records.recorded(kind, stored.key);
    const owner = kind === "applicationPermissions" ? await ownerOf(incoming) : null;
    const decision = decide({
      stored:
        stored === null
          ? null
          : {
              asImported: before?.storedHash === storedHash(stored.text) || owner?.asImported === true,
              same: saysTheSame(JSON.parse(stored.text) as JsonObject, document),
            },
      sameAsBefore: before?.hash === hash,
      overwrite,
    });
    if (decision.note !== null) notes.push(decision.note);
    const outcome = decision.outcome === "unchanged" ? { outcome: decision.outcome } : {};
    if (decision.change === "none" || dryRun) {
      const adopt = !dryRun && decision.outcome === "unchanged" && stored !== null && before === null;
      if (adopt) await remember(stored);
      return item({ change: decision.change, key: stored?.key ?? null, ...outcome });
    }
    const saved = await target.save(incoming, stored, actor);
    await remember(saved);
    if (owner !== null) await rememberOwner(incoming, owner.record);
    return item({ change: decision.change, key: saved.key });

    async function remember(kept: Stored): Promise<void> {
      const entry = { key: kept.key, hash, storedHash: storedHash(kept.text), received: incoming.text, source };
      await records.record(kind as ImportKind, entry, actor);
    }

    /** The application that permissions belong to, and whether it stands as it was imported. */
    async function ownerOf(permissions: Incoming): Promise<{ asImported: boolean; record: Recorded | null }> {
      const owned = await targets.application.find(permissions);
      const record = owned === null ? null : await records.recorded("application", owned.key);
      return { asImported: owned !== null && record?.storedHash === storedHash(owned.text), record };
    }

    /** It is still as it was imported, with these permissions. */
    async function rememberOwner(permissions: Incoming, record: Recorded | null): Promise<void> {
      const owned = await targets.application.find(permissions);
      if (owned === null || record === null) return;
      const merged = { ...(JSON.parse(record.received) as JsonObject), permissions: permissions.document["permissions"] ?? {} };
      const received = stringifyExact(merged, record.received);
      await records.record("application", { ...record, storedHash: storedHash(owned.text), received, source }, actor);
    }
  } catch (error) {
    // A fault of the database or the program stops the import; it can be repeated.
    if (!(error instanceof GennakerError) || error.code === "internal" || error.code === "database_unavailable") throw error;
    const problems = error.problems.length > 0 ? error.problems : [{ pointer: "", reason: error.message }];
    notes.push(...problems.map(toNote));
    return item({ change: "none", key: null });
  }
}

function toNote({ pointer, reason }: { pointer: string; reason: string }): ImportNote {
  return { level: "error", code: "refused", pointer, message: reason };
}
