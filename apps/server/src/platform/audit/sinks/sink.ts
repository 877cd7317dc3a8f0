import type { ChainPoint, SealedRow } from "@gennaker/contract/audit/chain.ts";

/** An entry with its seal, as a place outside is told of it. */
export type Told = ChainPoint & { row: SealedRow };

/** A place outside that is told of every sealed entry, in order. */
export type Sink = {
  name: string;
  type: string;
  /** Resolves when the other side has all of them. When it rejects, the same entries are sent again later. */
  send(entries: readonly Told[], signal: AbortSignal): Promise<void>;
  close(): void;
};

/** One sentence about an entry, for people who read a log. */
export function sentenceOf({ row }: Told): string {
  const { actor, onBehalfOf, action, resource, outcome, reason, count } = row;
  const who = onBehalfOf === null ? actor : `${actor} on behalf of ${onBehalfOf}`;
  const how = outcome === "done" ? "" : ` (${outcome})`;
  return `${who}: ${action} ${resource}${how}${count > 1 ? ` × ${count}` : ""}${reason === null ? "" : `: ${reason}`}`;
}
