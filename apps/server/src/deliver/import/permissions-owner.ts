import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";
import { stringifyExact } from "../../platform/values/exact-numbers.ts";
import { storedHash } from "./content.ts";
import type { Recorded, RecordSession } from "./records.ts";
import type { Incoming, Stored, Target } from "./target.ts";

type Parts = { targets: Record<ImportKind, Target>; records: RecordSession };

/** The application that permissions belong to: whether it stands as it was imported, and what is recorded of it. */
export type Owner = { asImported: boolean; record: Recorded | null };

export async function ownerOf(permissions: Incoming, { targets, records }: Parts): Promise<Owner> {
  const owned = await ownedBy(permissions, targets);
  const record = owned === null ? null : await records.recorded("application", owned.key);
  return { asImported: owned !== null && record?.storedHash === storedHash(owned.text), record };
}

/** It is still as it was imported, with these permissions. */
export async function rememberOwner(
  permissions: Incoming,
  record: Recorded | null,
  { targets, records }: Parts,
  source: string,
): Promise<void> {
  const owned = await ownedBy(permissions, targets);
  if (owned === null || record === null) return;
  const merged = {
    ...(JSON.parse(record.received) as JsonObject),
    permissions: permissions.document["permissions"] ?? {},
  };
  const received = stringifyExact(merged, record.received);
  records.record("application", { ...record, storedHash: storedHash(owned.text), received, source });
}

async function ownedBy(permissions: Incoming, targets: Parts["targets"]): Promise<Stored | null> {
  const [owned] = await targets.application.find([permissions]);
  return owned ?? null;
}
