import type { EventLog, StoredEvent } from "../events/api.ts";
import { compareCursors } from "./event-text.ts";

const pollMs = 500;
const batch = 500;

type Reader = {
  cursor: string;
  /** It has seen all that the hub has: from then on the hub's reads are its own. */
  live: boolean;
  deliver(events: readonly StoredEvent[]): void;
};

export type EventHub = {
  /** Delivers everything after `cursor`, in order and once, until the returned function is called. */
  join(cursor: string, deliver: (events: readonly StoredEvent[]) => void): () => void;
  close(): void;
};

/**
 * Reads the event log once for all readers that are up to date, and for each one that is behind until it has caught up.
 * It reads when told that there is news, and twice a second besides, since an event becomes readable only when all
 * transactions older than its own have ended. While the database is away nothing is lost: cursors stay where they are.
 */
export function createEventHub(events: EventLog): EventHub {
  const readers = new Set<Reader>();
  const behind = new Set<Reader>();
  let cursor: string | null = null;
  let reading = false;
  let again = false;
  let closed = false;

  /** One step for everybody; true when there may be more to read at once. */
  async function step(): Promise<boolean> {
    let more = false;
    if ([...readers].some((reader) => reader.live)) {
      const read = await events.read(cursor, batch);
      for (const reader of readers) if (reader.live) give(reader, read.events);
      cursor = read.cursor;
      more = read.events.length === batch;
    } else {
      // Nobody follows: whoever joins next says where to go on.
      cursor = null;
    }
    for (const reader of behind) {
      const read = await events.read(reader.cursor, batch);
      if (!readers.has(reader)) continue;
      give(reader, read.events);
      if (cursor === null && read.events.length < batch) cursor = reader.cursor;
      reader.live = cursor !== null && compareCursors(reader.cursor, cursor) >= 0;
      if (reader.live) behind.delete(reader);
      else more = true;
    }
    return more;
  }

  async function run(): Promise<void> {
    again = true;
    if (reading) return;
    reading = true;
    try {
      while (again && !closed && readers.size > 0) {
        again = false;
        if (await step()) again = true;
      }
    } catch {
      // The database is away: everybody goes on from their cursor at the next wake-up.
    } finally {
      reading = false;
    }
  }

  const wake = () => void run();
  const off = events.onNew(wake);
  const poll = setInterval(wake, pollMs);
  poll.unref();

  return {
    join(from, deliver) {
      const reader: Reader = { cursor: from, live: false, deliver };
      readers.add(reader);
      behind.add(reader);
      wake();
      return () => {
        readers.delete(reader);
        behind.delete(reader);
      };
    },
    close() {
      closed = true;
      clearInterval(poll);
      off();
      readers.clear();
      behind.clear();
    },
  };
}

/** Delivers what the reader has not seen, and moves its cursor on. */
function give(reader: Reader, events: readonly StoredEvent[]): void {
  const news = events.filter((event) => compareCursors(event.cursor, reader.cursor) > 0);
  const last = news.at(-1);
  if (last === undefined) return;
  reader.cursor = last.cursor;
  reader.deliver(news);
}
