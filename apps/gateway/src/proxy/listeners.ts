import net from "node:net";

import type { ClientConnection } from "./client.ts";
import { serveClient } from "./client.ts";
import type { BalancerRuntime } from "./model.ts";
import type { Plane } from "./plane.ts";

export interface Listener {
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

function listen(server: net.Server, bind: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    server.once("error", failed);
    server.listen({ host: bind, port, backlog }, () => {
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

/** Binds an address; nobody else can have it then. */
export async function openListener(bind: string, port: number): Promise<Listener> {
  const listener = adoptListener(net.createServer());
  try {
    await listen(listener.server, bind, port);
    return listener;
  } catch (error) {
    throw new ListenError(bind, port, listenReason(error as NodeJS.ErrnoException, bind, port));
  }
}

/** Takes a server, listening or not; its connections wait until the listener is served. */
export function adoptListener(server: net.Server): Listener {
  const listener: Listener = { server, accept: undefined, waiting: [] };
  server.on("connection", (socket) => {
    // Set here and not on the server, because an inherited server has none of its options.
    socket.allowHalfOpen = true;
    socket.setNoDelay(true);
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
