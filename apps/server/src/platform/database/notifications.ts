import pg from "pg";

type Heard = (payload: string) => void;
type Send = (channel: string, payload: string) => Promise<unknown>;

const coalesceMs = 10;
const reconnectMs = 500;

/**
 * LISTEN and NOTIFY as hints. Sending stays off the write path (a notifying transaction takes a database-wide lock at
 * commit) and is coalesced; hearing uses one connection that is made again when lost, and then tells every listener
 * once with an empty payload, since something may have been missed.
 */
export function createNotifications(url: string, send: Send, log?: (message: string) => void) {
  const listeners = new Map<string, Set<Heard>>();
  const waiting = new Map<string, { channel: string; payload: string }>();
  let flush: NodeJS.Timeout | undefined;
  let client: pg.Client | undefined;
  let connecting: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: url, application_name: "gennaker listen" });
    const lost = () => {
      if (client !== fresh) return;
      client = undefined;
      if (closed) return;
      log?.("the listening database connection was lost; connecting again");
      retry = setTimeout(() => void ensure(true), reconnectMs);
    };
    fresh.on("error", lost);
    fresh.on("end", lost);
    fresh.on("notification", (note) => {
      for (const heard of listeners.get(note.channel) ?? []) heard(note.payload ?? "");
    });
    await fresh.connect();
    client = fresh;
    for (const channel of listeners.keys()) await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
  }

  async function ensure(wakeAll: boolean): Promise<void> {
    if (closed || client) return;
    connecting ??= connect().finally(() => (connecting = undefined));
    try {
      await connecting;
      if (wakeAll) for (const set of listeners.values()) for (const heard of set) heard("");
    } catch {
      if (!closed) retry = setTimeout(() => void ensure(true), reconnectMs);
    }
  }

  return {
    async listen(channel: string, heard: Heard) {
      const set = listeners.get(channel) ?? new Set<Heard>();
      listeners.set(channel, set.add(heard));
      await ensure(false);
      await client?.query(`listen ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
      return async () => {
        set.delete(heard);
        if (set.size > 0 || listeners.get(channel) !== set) return;
        listeners.delete(channel);
        await client?.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
      };
    },
    notify(channel: string, payload: string) {
      if (closed) return;
      waiting.set(`${channel} ${payload}`, { channel, payload });
      flush ??= setTimeout(() => {
        flush = undefined;
        const batch = [...waiting.values()];
        waiting.clear();
        for (const note of batch) send(note.channel, note.payload).catch(() => undefined);
      }, coalesceMs);
    },
    async close() {
      closed = true;
      clearTimeout(flush);
      clearTimeout(retry);
      const open = client;
      client = undefined;
      await open?.end().catch(() => undefined);
    },
  };
}
