import net from "node:net";

import type { InstanceRuntime, UpstreamConnection } from "./model.ts";

const maxIdlePerInstance = 512;
/** A request that must not be sent twice uses a connection only this soon after its last use. */
const freshMs = 500;

/** Takes an idle connection that the instance most likely still holds open, or opens one. */
export function takeConnection(instance: InstanceRuntime, repeatable: boolean, now: number): UpstreamConnection {
  for (;;) {
    const idle = instance.idle.pop();
    if (!idle) return openConnection(instance);
    const age = now - idle.idleSince;
    if (age < idle.idleLimit && (repeatable || age < freshMs) && !idle.socket.destroyed) return idle;
    idle.socket.destroy();
  }
}

/** Gives a connection back after a complete answer. `idleLimit` in milliseconds. */
export function releaseConnection(connection: UpstreamConnection, idleLimit: number, now: number): void {
  const { instance, socket } = connection;
  connection.user = undefined;
  if (instance.removed || instance.state === "draining" || instance.idle.length >= maxIdlePerInstance) {
    socket.destroy();
    return;
  }
  if (socket.isPaused()) socket.resume();
  connection.reused = true;
  connection.idleSince = now;
  connection.idleLimit = idleLimit;
  instance.idle.push(connection);
}

/** Closes a connection that cannot be used again, without telling its user. */
export function dropConnection(connection: UpstreamConnection): void {
  connection.user = undefined;
  connection.socket.destroy();
}

/** Closes idle connections of an instance that are too old or no longer wanted. */
export function sweepIdle(instance: InstanceRuntime, now: number): void {
  const unwanted = instance.removed || instance.state === "draining";
  const kept = instance.idle.filter((connection) => {
    if (!unwanted && now - connection.idleSince < connection.idleLimit) return true;
    connection.socket.destroy();
    return false;
  });
  if (kept.length !== instance.idle.length) instance.idle = kept;
}

function openConnection(instance: InstanceRuntime): UpstreamConnection {
  // Half-open: an instance may close its sending side while an upgraded stream still goes the other way.
  const socket = net.connect({ host: instance.address, port: instance.port, noDelay: true, allowHalfOpen: true });
  const connection: UpstreamConnection = {
    socket,
    instance,
    user: undefined,
    connected: false,
    reused: false,
    error: undefined,
    idleSince: 0,
    idleLimit: 0,
  };
  socket.on("connect", () => {
    connection.connected = true;
  });
  socket.on("data", (chunk: Buffer) => {
    // Bytes nobody asked for: the next answer could not be told from them.
    if (connection.user) connection.user.upstreamData(chunk);
    else socket.destroy();
  });
  socket.on("end", () => {
    if (connection.user) connection.user.upstreamEnd();
    else socket.destroy();
  });
  socket.on("drain", () => connection.user?.upstreamDrain());
  socket.on("error", (error: NodeJS.ErrnoException) => {
    connection.error = error;
  });
  socket.on("close", () => {
    const { user } = connection;
    connection.user = undefined;
    if (user) {
      user.upstreamClosed(connection, connection.error);
      return;
    }
    const index = instance.idle.indexOf(connection);
    if (index >= 0) instance.idle.splice(index, 1);
  });
  return connection;
}
