import { GennakerError } from "@gennaker/contract/errors.ts";
import type { FastifyInstance } from "fastify";
import type { EventLog } from "../events/api.ts";
import type { HttpAccess } from "./access.ts";
import { createEventHub } from "./event-hub.ts";
import { eventText, fits } from "./event-text.ts";

const heartbeatMs = 15_000;
const askMs = 2_000;
/** A reader that leaves this much unread is cut off; it comes back with its cursor and misses nothing. */
const mostUnread = 4 * 1024 * 1024;

/**
 * `GET /api/v1/events`: server-sent events with the event log's cursor as id. `Last-Event-ID`, or `cursor` in the query,
 * replays what came after it; without either only new events are sent.
 */
export function addEventStream(
  server: FastifyInstance,
  events: EventLog,
  access: HttpAccess | null,
): { close(): void } {
  const hub = createEventHub(events);
  const ends = new Set<() => void>();
  let closed = false;

  server.get("/api/v1/events", { exposeHeadRoute: false }, async (request, reply) => {
    const query = request.query as Record<string, string | undefined>;
    const filter = { application: query["application"]?.toLowerCase(), subject: query["subject"] };
    const given = request.headers["last-event-id"] ?? query["cursor"];
    const cursor = typeof given === "string" && given !== "" ? given : (await events.read(null, 1)).cursor;
    let sees = access === null ? () => true : await access.sees(request);
    if (closed) throw new GennakerError("shutting_down", "This Gennaker is stopping. Connect again in a moment.");
    reply.hijack();
    const socket = reply.raw;
    socket.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      "x-content-type-options": "nosniff",
    });
    socket.write(`id: ${cursor}\n: connected\n\n`);
    const leave = hub.join(cursor, (news) => {
      const text = news
        .filter((event) => fits(event, filter) && sees(event.application))
        .map(eventText)
        .join("");
      if (text !== "") socket.write(text);
      if (socket.writableLength > mostUnread) socket.destroy();
    });
    const heartbeat = setInterval(() => socket.write(`: still here\n\n`), heartbeatMs);
    // Whoever may see less from now on, or is signed out, sees it no longer than this.
    const asking =
      access === null
        ? undefined
        : setInterval(() => {
            access.sees(request).then(
              (now) => (sees = now),
              () => end(),
            );
          }, askMs);
    function end(): void {
      clearInterval(heartbeat);
      clearInterval(asking);
      leave();
      ends.delete(end);
      socket.end();
    }
    ends.add(end);
    socket.on("close", end);
    socket.on("error", end);
  });

  return {
    close() {
      closed = true;
      hub.close();
      for (const end of ends) end();
    },
  };
}
