import { link } from "./chain.ts";
import type { ChainPoint } from "./chain.ts";

/**
 * `changed`: a row is not what was sealed. `removed`: a sealed row, or a row that waited for its seal, is gone.
 * `inserted`: a row that was never given to be sealed, or a second one under the same number. `reordered`: a row stands
 * at the place of another. `broken`: the seals themselves do not follow from one another, or not from a point that was
 * told before. `truncated`: the newest seals are gone.
 */
export type FindingKind = "changed" | "removed" | "inserted" | "reordered" | "broken" | "truncated";
export type Finding = { kind: FindingKind; seq: number | null; id: number | null; text: string };

export type ChainItem = ChainPoint & {
  /** The row's id; null where not even that is known. */
  id: number | null;
  /** Of the row as it is found; null: there is none. */
  digest: string | null;
  /** As it was written down when the row was sealed; null where that is not kept (an export). */
  sealed: string | null;
};

export type ChainResult = { checked: number; start: ChainPoint; head: ChainPoint; findings: Finding[] };

export type ChainCheck = {
  /** The next seal, in the order in which they stand. */
  add(item: ChainItem): void;
  /** Goes on after a place of which nothing is shown (entries that a filter left out). */
  skipTo(point: ChainPoint): void;
  /** `head`: where the chain is said to end. */
  end(head: ChainPoint | null): ChainResult;
};

const mostFindings = 1_000;
type Gap = { from: number; to: number; before: string };
type Suspect = { seq: number; id: number | null; digest: string; sealed: string | null };

/** Follows a chain from a point that is taken for true. `told` are points that were kept elsewhere. */
export function createChainCheck(start: ChainPoint, told: readonly ChainPoint[] = []): ChainCheck {
  const findings: Finding[] = [];
  const kept = new Map(told.map(({ seq, hash }) => [seq, hash]));
  const suspects: Suspect[] = [];
  let gaps: Gap[] = [];
  let last = start;
  let checked = 0;

  function find(kind: FindingKind, seq: number | null, id: number | null, text: string): void {
    if (findings.length < mostFindings) findings.push({ kind, seq, id, text });
  }

  function compareTold({ seq, hash }: ChainPoint): void {
    const known = kept.get(seq);
    kept.delete(seq);
    if (known !== undefined && known !== hash)
      find("broken", seq, null, `Seal ${seq} has another hash than the one that was told for it before.`);
  }

  compareTold(start);

  /** A seal that stands after a later one: moved there, or there a second time. */
  function outOfOrder(item: ChainItem): void {
    const gap = gaps.find(({ from, to }) => from <= item.seq && item.seq <= to);
    if (gap === undefined) {
      find("inserted", item.seq, item.id, `Seal ${item.seq} (${nameOf(item)}) is there more than once.`);
      return;
    }
    find("reordered", item.seq, item.id, `Seal ${item.seq} (${nameOf(item)}) stands after seal ${last.seq}.`);
    if (item.seq === gap.from) judge(item, gap.before);
    const parts = [
      { from: gap.from, to: item.seq - 1, before: gap.before },
      { from: item.seq + 1, to: gap.to, before: item.hash },
    ];
    gaps = gaps.flatMap((each) => (each === gap ? parts.filter(({ from, to }) => from <= to) : [each]));
  }

  function judge(item: ChainItem, before: string): void {
    const { seq, digest, sealed } = item;
    if (digest === null) {
      find("removed", seq, item.id, `${nameOf(item)}, sealed as ${seq}, was removed.`);
      if (sealed !== null && link(before, seq, sealed) !== item.hash) brokenAt(item);
      return;
    }
    if (link(before, seq, digest) === item.hash && (sealed === null || sealed === digest)) return;
    if (sealed === digest) brokenAt(item);
    else suspects.push({ seq, id: item.id, digest, sealed });
  }

  function brokenAt(item: ChainItem): void {
    find(
      "broken",
      item.seq,
      item.id,
      `Seal ${item.seq} does not follow from the one before: it, or seal ${item.seq - 1}, was changed together with its row.`,
    );
  }

  /** Rows that fit another's seal have changed places; the others were changed. */
  function judgeSuspects(): void {
    const owners = new Map(suspects.flatMap(({ sealed, seq }) => (sealed === null ? [] : [[sealed, seq] as const])));
    for (const { seq, id, digest } of suspects) {
      const at = owners.get(digest);
      if (at !== undefined && at !== seq)
        find("reordered", seq, id, `Row ${id}, which was sealed as ${at}, stands at seal ${seq}.`);
      else find("changed", seq, id, `Row ${id}, sealed as ${seq}, was changed after it was sealed.`);
    }
  }

  return {
    add(item) {
      checked += 1;
      compareTold(item);
      if (item.seq <= last.seq) {
        outOfOrder(item);
        return;
      }
      if (item.seq > last.seq + 1) {
        gaps.push({ from: last.seq + 1, to: item.seq - 1, before: last.hash });
        // What stood between is unknown, so only the row itself can be compared.
        if (item.digest === null || (item.sealed !== null && item.sealed !== item.digest)) judge(item, "");
      } else judge(item, last.hash);
      last = { seq: item.seq, hash: item.hash };
    },
    skipTo(point) {
      compareTold(point);
      if (point.seq > last.seq) last = point;
    },
    end(head) {
      judgeSuspects();
      for (const { from, to } of gaps)
        find(
          "removed",
          from,
          null,
          from === to ? `Seal ${from} is missing.` : `The seals ${from} to ${to} are missing.`,
        );
      if (head !== null && head.seq > last.seq)
        find("truncated", head.seq, null, `The chain ends at ${last.seq}, but was at ${head.seq} already.`);
      else if (head !== null && (head.seq < last.seq || head.hash !== last.hash))
        find("broken", head.seq, null, `The chain's end (${last.seq}) is not the head that was kept (${head.seq}).`);
      for (const [seq] of kept)
        if (seq > last.seq)
          find("truncated", seq, null, `Seal ${seq} was told before, but the chain ends at ${last.seq}.`);
      return { checked, start, head: last, findings };
    },
  };
}

function nameOf({ id }: ChainItem): string {
  return id === null ? "a row" : `row ${id}`;
}
