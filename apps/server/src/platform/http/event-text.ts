import type { StoredEvent } from "../events/api.ts";

export type EventFilter = { application: string | undefined; subject: string | undefined };

export function fits(event: StoredEvent, filter: EventFilter): boolean {
  return (
    (!filter.application || event.application === filter.application) &&
    (!filter.subject || event.subject === filter.subject)
  );
}

/** One event as a block of an event stream (WHATWG server-sent events). */
export function eventText(event: StoredEvent): string {
  const { cursor, ...data } = event;
  return `id: ${cursor}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Orders cursors (`xid-id`) as the event log does; what is no cursor comes before all others. */
export function compareCursors(a: string, b: string): number {
  const [aXid, aId] = parts(a);
  const [bXid, bId] = parts(b);
  if (aXid !== bXid) return aXid < bXid ? -1 : 1;
  return aId === bId ? 0 : aId < bId ? -1 : 1;
}

function parts(cursor: string): [bigint, bigint] {
  const match = /^(\d+)-(\d+)$/.exec(cursor);
  return match?.[1] !== undefined && match[2] !== undefined ? [BigInt(match[1]), BigInt(match[2])] : [0n, 0n];
}
