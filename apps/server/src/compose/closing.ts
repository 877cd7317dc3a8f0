import type { FastifyInstance } from "fastify";
import type { Socket } from "node:net";

/** Closes a server as soon as its requests are answered; made before it listens. */
export type Closing = (graceMs: number) => Promise<void>;

/**
 * Takes no new requests and lets those under way end, for at most `graceMs`. A connection is closed once it is idle,
 * and at once if it never sent anything (browsers and clients open some ahead): kept open they would hold the stop up.
 */
export function createClosing(server: FastifyInstance): Closing {
  const open = new Set<Socket>();
  server.server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return async (graceMs) => {
    const idle = setInterval(() => {
      server.server.closeIdleConnections();
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    }, 20);
    const patience = setTimeout(() => server.server.closeAllConnections(), graceMs);
    try {
      await server.close();
    } finally {
      clearInterval(idle);
      clearTimeout(patience);
    }
  };
}
