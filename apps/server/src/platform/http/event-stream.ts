import type { FastifyInstance } from "fastify";
import type { EventLog, StoredEvent } from "../events/api.ts";

const heartbeatMs = 15_000;
const pollMs = 500;
const batch = 500;

type Filter = { application: string | undefined; subject: string | undefined };
type Wake = () => void;

/**
 * `GET /api/v1/events`: server-sent events with the event log's cursor as id. Each stream reads from its own cursor when
 * it is told that there is news, and twice a second besides, since an event becomes readable only when all transactions
 * older than its own have ended.
 */
export function addEventStream(server: FastifyInstance, events: EventLog): { close(): void } {
  const open = new Set<Wake>();
  const off = events.onNew(() => {
    for (const wake of open) wake();
  });
  const poll = setInterval(() => {
    for (const wake of open) wake();
  }, pollMs);
  poll.unref();
  const ends = new Set<() => void>();

  server.get("/api/v1/events", async (request, reply) => {
    const query = request.query as Record<string, string | undefined>;
    const filter = { application: query.application, subject: query.subject };
    const last = request.headers["last-event-id"] ?? query.cursor;
    let cursor = (await events.read(typeof last === "string" && last !== "" ? last : null, 1)).cursor;
    if (typeof last === "string" && last !== "") cursor = last;
    reply.hijack();
    const socket = reply.raw;
    socket.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no" });
    socket.write(`id: ${cursor}\n: connected\n\n`);

    let busy = false;
    let again = false;
    const wake = async () => {
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      try {
        do {
          again = false;
          const read = await events.read(cursor, batch);
          cursor = read.cursor;
          const text = read.events.filter((event) => fits(event, filter)).map(format).join("");
          if (text !== "") socket.write(text);
          if (read.events.length === batch) again = true;
        } while (again && !socket.destroyed);
      } catch {
        // The database is away: the stream stays open and goes on from its cursor at the next wake-up.
      } finally {
        busy = false;
      }
    };
    const wakeSoon: Wake = () => void wake();
    const heartbeat = setInterval(() => socket.write(`: still here\n\n`), heartbeatMs);
    const end = () => {
      clearInterval(heartbeat);
      open.delete(wakeSoon);
      ends.delete(end);
      socket.end();
    };
    open.add(wakeSoon);
    ends.add(end);
    socket.on("close", end);
    wakeSoon();
  });

  return {
    close() {
      clearInterval(poll);
      off();
      for (const end of ends) end();
    },
  };
}

function fits(event: StoredEvent, filter: Filter): boolean {
  return (!filter.application || event.application === filter.application) && (!filter.subject || event.subject === filter.subject);
}

function format(event: StoredEvent): string {
  const { cursor, ...data } = event;
  return `id: ${cursor}\ndata: ${JSON.stringify(data)}\n\n`;
}
