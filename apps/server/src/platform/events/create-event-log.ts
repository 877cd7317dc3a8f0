import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Database, Tx } from "../database/api.ts";
import { encodeDocument } from "../values/document.ts";
import type { EventInput, EventLog, StoredEvent } from "./api.ts";

const channel = "gennaker_event";

type Row = {
  id: number;
  xid: string;
  time: Date;
  type: string;
  application: string | null;
  subject: string;
  data: string;
};

/**
 * The append-only event table. A cursor is `xid-id`; only rows whose transaction is below every open transaction are
 * read, so a transaction that commits late cannot be passed over.
 */
export function createEventLog(database: Database): EventLog {
  const listeners = new Set<() => void>();
  let listening: Promise<unknown> | undefined;
  const hint = () => {
    for (const listener of listeners) listener();
  };

  return {
    async append(tx: Tx, events: readonly EventInput[]) {
      if (events.length === 0) return;
      await tx.query(
        `insert into platform_event (type, application, subject, data)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])`,
        [
          events.map((event) => event.type),
          events.map((event) => event.application),
          events.map((event) => event.subject),
          events.map((event) => encodeDocument(event.data)),
        ],
      );
      tx.afterCommit(() => {
        hint();
        database.notify(channel, "");
      });
    },

    async read(cursor, limit) {
      const from = cursor === null ? await currentEnd(database) : parseCursor(cursor);
      if (cursor === null) return { events: [], cursor: formatCursor(from) };
      const rows = await database.query<Row>(
        `select id, xid::text as xid, time, type, application, subject, data from platform_event
         where (xid, id) > ($1::xid8, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())
         order by platform_event.xid, id limit $3`,
        [from.xid, from.id, limit],
      );
      const events = rows.map(toEvent);
      return { events, cursor: events.at(-1)?.cursor ?? cursor };
    },

    onNew(listener) {
      listeners.add(listener);
      listening ??= database.listen(channel, hint).catch(() => (listening = undefined));
      return () => listeners.delete(listener);
    },
  };
}

function toEvent(row: Row): StoredEvent {
  return {
    cursor: formatCursor(row),
    time: row.time.toISOString(),
    type: row.type,
    application: row.application,
    subject: row.subject,
    data: JSON.parse(row.data) as JsonObject,
  };
}

async function currentEnd(database: Database): Promise<{ xid: string; id: number }> {
  const rows = await database.query<{ xid: string; id: number }>(
    `select xid::text as xid, id from platform_event
     where xid < pg_snapshot_xmin(pg_current_snapshot()) order by platform_event.xid desc, id desc limit 1`,
  );
  return rows[0] ?? { xid: "0", id: 0 };
}

function formatCursor(position: { xid: string; id: number }): string {
  return `${position.xid}-${position.id}`;
}

/** Reads a cursor; anything that is none begins at the very first event, which repeats but never loses. */
function parseCursor(cursor: string): { xid: string; id: number } {
  const match = /^(\d{1,19})-(\d{1,16})$/.exec(cursor);
  return match?.[1] && match[2] ? { xid: match[1], id: Number(match[2]) } : { xid: "0", id: 0 };
}
