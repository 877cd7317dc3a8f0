import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ImportItem } from "@gennaker/contract/resources/import.ts";
import { planItem, prepareItem } from "@gennaker/pipeline-model/import/plan-item.ts";
import type { PlanContext, PreparedItem } from "@gennaker/pipeline-model/import/plan-item.ts";
import type { Classified, ImportKind, ImportNote } from "@gennaker/pipeline-model/import/types.ts";
import { outcomeOf } from "@gennaker/pipeline-model/import/types.ts";
import type { Actor } from "../../platform/audit/api.ts";
import { stringifyExact } from "../../platform/values/exact-numbers.ts";
import { contentHash, saysTheSame, storedHash } from "./content.ts";
import { decide } from "./decide.ts";
import { ownerOf, rememberOwner } from "./permissions-owner.ts";
import type { Owner } from "./permissions-owner.ts";
import type { RecordSession } from "./records.ts";
import type { Incoming, Stored, Target, ToStore } from "./target.ts";

/** A document told apart, with its own text. */
export type Found = { source: string; classified: Classified; text: string };

export type ItemDependencies = {
  targets: Record<ImportKind, Target>;
  records: RecordSession;
  /** Everything that keeps a canary config from being saved: its own owner says it. */
  checkCanaryConfig(document: JsonObject): readonly { pointer: string; reason: string }[];
  /** Why whoever imports may not store this (over what is stored, if something is); null when they may. */
  refusal(kind: ImportKind, incoming: Incoming, stored: Stored | null): Promise<string | null>;
};

/** What stays the same for all documents of a request. */
export type Work = {
  context: PlanContext;
  options: { dryRun: boolean; overwrite: boolean };
  parts: ItemDependencies;
  actor: Actor;
};

/** A document that may be stored, and what it says. */
type Candidate = {
  found: Found;
  prepared: PreparedItem;
  incoming: Incoming;
  /** What an export gives back. */
  received: string;
  /** Of what was received. */
  hash: string;
};
type Decided =
  | { item: ImportItem }
  | { change: ImportItem["change"]; notes: ImportNote[]; owner: Owner | null; checked: JsonObject | null };

/**
 * Plans documents of one kind, compares them with what is stored, and stores them unless it is a dry run: together where
 * their owner takes many at a time. Refusals are told, not thrown; the answers stand in the documents' order.
 */
export async function importItems(found: readonly Found[], work: Work): Promise<ImportItem[]> {
  const prepared = found.map((each) => prepare(each, work));
  const candidates = prepared.flatMap((each) => ("item" in each ? [] : [each]));
  const answers = await together(candidates, work);
  return prepared.map((each) => ("item" in each ? each.item : (answers.get(each) as ImportItem)));
}

function prepare(found: Found, { context }: Work): Candidate | { item: ImportItem } {
  const { classified } = found;
  const prepared = prepareItem(classified, context.accounts);
  if (prepared === null) return { item: answer(found, planItem(classified, context), { change: "none", key: null }) };
  const { kind, name, application, document } = prepared;
  if ([name, application, document["id"]].some(cannotBeStored)) {
    const message = "its name, application or id holds U+0000 or half of a character, which cannot be stored";
    return { item: refused(found, prepared, [{ level: "error", code: "invalid", pointer: "", message }]) };
  }
  // An application's attributes are taken out of what Gate answers; every other document is its text.
  const asReceived = kind !== "application" && classified.kind !== null && document === classified.document;
  const text = asReceived ? found.text : stringifyExact(document, found.text);
  const received = prepared.wrapped ? found.text : text;
  return { found, prepared, incoming: { name, application, document, text }, received, hash: contentHash(received) };
}

async function together(candidates: readonly Candidate[], work: Work): Promise<Map<Candidate, ImportItem>> {
  const [first] = candidates;
  if (first === undefined) return new Map();
  const { targets, records } = work.parts;
  const { kind } = first.prepared;
  try {
    const found = await targets[kind].find(candidates.map(({ incoming }) => incoming));
    const keys = found.flatMap((each) => (each === null ? [] : [each.key]));
    // Two of them are for the same thing: the second has to see what the first does.
    if (new Set(keys).size < keys.length) return await oneAfterAnother(candidates, work);
    await records.read(kind, keys);
    const decided: Decided[] = [];
    for (const [index, each] of candidates.entries()) decided.push(await decideOne(each, found[index] ?? null, work));
    return await stored(candidates, decided, found, work);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (candidates.length > 1) return oneAfterAnother(candidates, work);
    return new Map([[first, refused(first.found, first.prepared, refusalNotes(error))]]);
  }
}

async function oneAfterAnother(candidates: readonly Candidate[], work: Work): Promise<Map<Candidate, ImportItem>> {
  const answers = new Map<Candidate, ImportItem>();
  for (const each of candidates) for (const [one, item] of await together([each], work)) answers.set(one, item);
  return answers;
}

async function decideOne(candidate: Candidate, stored: Stored | null, work: Work): Promise<Decided> {
  const { found, prepared, incoming, hash } = candidate;
  const { context, options, parts } = work;
  const { targets, records, checkCanaryConfig } = parts;
  const { kind, document } = prepared;
  const refusal = await parts.refusal(kind, incoming, stored);
  if (refusal !== null) return { item: refused(found, prepared, [{ ...refusedNote, message: refusal }]) };
  const before = stored === null ? null : await records.recorded(kind, stored.key);
  const untouched = stored !== null && before?.storedHash === storedHash(stored.text);
  // The most frequent case of a repeated import: nothing has to be looked at again.
  if (untouched && before?.hash === hash) {
    const item = answer(found, { ...prepared, notes: [] }, { change: "none", key: stored.key, outcome: "unchanged" });
    return { item };
  }
  const { notes, repaired } = planItem(found.classified, context, prepared);
  const planned = { ...prepared, notes };
  if (kind === "canaryConfig") notes.push(...checkCanaryConfig(document).map(toNote));
  if (outcomeOf(notes) === "refused") return { item: answer(found, planned, { change: "none", key: null }) };
  const owner = kind === "applicationPermissions" ? await ownerOf(incoming, parts) : null;
  const asImported = untouched || owner?.asImported === true;
  const decision = decide({
    stored: stored === null ? null : { asImported, same: isStored(targets[kind], stored, document) },
    sameAsBefore: before?.hash === hash,
    overwrite: options.overwrite,
  });
  if (decision.note !== null) notes.push(decision.note);
  const { change } = decision;
  if (change !== "none" && !options.dryRun) return { change, notes, owner, checked: repaired };
  // Stored by an import that was stopped before it could write that down.
  if (!options.dryRun && decision.outcome === "unchanged" && stored !== null && decision.note === null)
    remember(candidate, stored, parts);
  const outcome = decision.outcome === "unchanged" ? { outcome: decision.outcome } : {};
  return { item: answer(found, planned, { change, key: stored?.key ?? null, ...outcome }) };
}

/** Stores those that are to be stored; gives the answers of all. */
async function stored(
  candidates: readonly Candidate[],
  decided: readonly Decided[],
  found: readonly (Stored | null)[],
  { parts, actor }: Work,
): Promise<Map<Candidate, ImportItem>> {
  const all = candidates.map((candidate, index) => ({
    candidate,
    decision: decided[index] as Decided,
    onto: found[index] ?? null,
  }));
  const toStore = all.flatMap(({ candidate, decision, onto }): (ToStore & { candidate: Candidate })[] =>
    "item" in decision ? [] : [{ candidate, incoming: candidate.incoming, found: onto, checked: decision.checked }],
  );
  const kind = candidates[0]?.prepared.kind;
  const saved = kind === undefined || toStore.length === 0 ? [] : await parts.targets[kind].save(toStore, actor);
  const savedOf = new Map(toStore.map(({ candidate }, index) => [candidate, saved[index] as Stored | GennakerError]));
  const answers = new Map<Candidate, ImportItem>();
  for (const { candidate, decision } of all) {
    const kept = savedOf.get(candidate);
    if ("item" in decision || kept === undefined) {
      if ("item" in decision) answers.set(candidate, decision.item);
      continue;
    }
    const { change, notes, owner } = decision;
    if (kept instanceof GennakerError) {
      if (!isRefusal(kept)) throw kept;
      answers.set(candidate, refused(candidate.found, candidate.prepared, refusalNotes(kept)));
      continue;
    }
    remember(candidate, kept, parts);
    if (owner !== null) await rememberOwner(candidate.incoming, owner.record, parts, candidate.found.source);
    answers.set(candidate, answer(candidate.found, { ...candidate.prepared, notes }, { change, key: kept.key }));
  }
  return answers;
}

function remember({ found, prepared, received, hash }: Candidate, kept: Stored, { records }: ItemDependencies): void {
  const entry = { key: kept.key, hash, storedHash: storedHash(kept.text), received };
  records.record(prepared.kind, { ...entry, source: found.source });
}

/** A fault of the database or the program is none: it stops the import, which can be repeated. */
const isRefusal = (error: unknown): error is GennakerError =>
  error instanceof GennakerError && error.code !== "internal" && error.code !== "database_unavailable";

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

function refused(found: Found, prepared: PreparedItem, why: readonly ImportNote[]): ImportItem {
  return answer(found, { ...prepared, notes: [...prepared.notes, ...why] }, { change: "none", key: null });
}

function isStored(target: Target, { key, text }: Stored, document: JsonObject): boolean {
  const kept = JSON.parse(text) as JsonObject;
  return (
    saysTheSame(kept, document) || (target.asStored !== undefined && saysTheSame(kept, target.asStored(document, key)))
  );
}

const refusedNote = { level: "error", code: "forbidden", pointer: "" } as const;

function refusalNotes(error: GennakerError): ImportNote[] {
  const problems = error.problems.length > 0 ? error.problems : [{ pointer: "", reason: error.message }];
  return problems.map(toNote);
}

function toNote({ pointer, reason }: { pointer: string; reason: string }): ImportNote {
  return { level: "error", code: "refused", pointer, message: reason };
}
