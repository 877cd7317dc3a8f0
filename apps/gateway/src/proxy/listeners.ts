import net from "node:net";

import type { ClientConnection } from "./client.ts";
import { serveClient } from "./client.ts";
import type { BalancerRuntime } from "./model.ts";
import type { Plane } from "./plane.ts";

export interface Listener {
  bind: string;
  port: number;
  server: net.Server;
  /** Takes accepted connections; until it is set they wait in `waiting`. */
  accept: ((socket: net.Socket) => void) | undefined;
  waiting: net.Socket[];
}

/** Raised when an address cannot be bound; `pointer` is left to the caller, who knows the document. */
export class ListenError extends Error {
  readonly bind: string;
  readonly port: number;
  constructor(bind: string, port: number, reason: string) {
    super(reason);
    this.name = "ListenError";
    this.bind = bind;
    this.port = port;
  }
}

const backlog = 4096;

function listen(server: net.Server, bind: string, port: number, reusePort: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    server.once("error", failed);
    server.listen({ host: bind, port, backlog, reusePort }, () => {
      server.removeListener("error", failed);
      resolve();
    });
  });
}

function listenReason(error: NodeJS.ErrnoException, bind: string, port: number): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `${bind}:${port} is already in use by another process; choose another port or stop that process`;
    case "EACCES":
      return `no permission to listen on ${bind}:${port}; choose a port above 1023 or grant the permission`;
    case "EADDRNOTAVAIL":
      return `${bind} is not an address of this machine`;
    default:
      return `cannot listen on ${bind}:${port}: ${error.message}`;
  }
}

/**
 * Binds an address so that a successor can bind it too (SO_REUSEPORT). Unless this process is itself a successor, a
 * first exclusive bind makes sure that no other gateway is sharing the port unnoticed.
 */
export async function openListener(bind: string, port: number, successor: boolean): Promise<Listener> {
  try {
    if (!successor) {
      const probe = net.createServer();
      await listen(probe, bind, port, false);
      await new Promise((resolve) => probe.close(resolve));
    }
    const listener = createListener(bind, port);
    try {
      await listen(listener.server, bind, port, true);
      return listener;
    } catch (error) {
      // Systems without SO_REUSEPORT serve without handover.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOTSUP" && code !== "EOPNOTSUPP") throw error;
    }
    const plain = createListener(bind, port);
    await listen(plain.server, bind, port, false);
    return plain;
  } catch (error) {
    throw new ListenError(bind, port, listenReason(error as NodeJS.ErrnoException, bind, port));
  }
}

function createListener(bind: string, port: number): Listener {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true });
  const listener: Listener = { bind, port, server, accept: undefined, waiting: [] };
  server.on("connection", (socket) => {
    if (listener.accept) {
      listener.accept(socket);
      return;
    }
    socket.on("error", () => {});
    listener.waiting.push(socket);
  });
  return listener;
}

/** Serves what the listener accepts, beginning with what waited; called again when another balancer takes the address. */
export function serveListener(
  listener: Listener,
  balancer: BalancerRuntime,
  plane: Plane,
  clients: Set<ClientConnection>,
): void {
  listener.accept = (socket) => {
    balancer.clientConnections += 1;
    const connection = serveClient(socket, balancer, plane, (gone) => {
      balancer.clientConnections -= 1;
      clients.delete(gone);
    });
    clients.add(connection);
  };
  for (const socket of listener.waiting.splice(0)) if (!socket.destroyed) listener.accept(socket);
}

/** Stops accepting; connections stay. What waited without ever being served is closed. */
export function closeListener(listener: Listener): void {
  listener.server.close();
  for (const socket of listener.waiting.splice(0)) socket.destroy();
}
