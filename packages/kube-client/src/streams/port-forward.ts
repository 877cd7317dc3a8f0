import { createServer, type AddressInfo, type Socket } from "node:net";
import type { KubeClient } from "../client.ts";
import { openChannels } from "./channels.ts";
import { drained } from "./drained.ts";

export type PortForwardOptions = {
  namespace: string;
  pod: string;
  /** The port in the pod. */
  port: number;
  /** Default 0: any free port. */
  localPort?: number;
  /** Default 127.0.0.1. */
  localHost?: string;
  /** A connection failed: the pod is gone, or nobody listens there. The listener stays. */
  onError?: (error: unknown) => void;
};

export type PortForward = { localPort: number; connections(): number; close(): Promise<void> };

/** Listens on a local port and carries each connection to the pod's port in a WebSocket of its own. */
export async function portForward(client: KubeClient, options: PortForwardOptions): Promise<PortForward> {
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    carry(client, options, socket).catch((error: unknown) => {
      options.onError?.(error);
      socket.destroy();
    });
  });
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(options.localPort ?? 0, options.localHost ?? "127.0.0.1", listening.resolve);
  await listening.promise;
  return {
    localPort: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of sockets) socket.destroy();
      await closed.promise;
      sockets.clear();
    },
  };
}

const channel = { data: 0, error: 1 };

async function carry(client: KubeClient, options: PortForwardOptions, socket: Socket): Promise<void> {
  const { namespace, pod, port } = options;
  const gone = new AbortController();
  socket.on("close", () => gone.abort());
  const channels = await openChannels(client.sender, {
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward`,
    query: { ports: port },
    protocols: ["v4.channel.k8s.io"],
    signal: gone.signal,
  });
  const sending = (async () => {
    for await (const chunk of socket as AsyncIterable<Buffer>) await channels.send(channel.data, chunk);
    channels.close();
  })();
  // A local connection that breaks ends the other direction through `gone`.
  sending.catch(() => channels.close());
  // The first message of each channel repeats the port number.
  const begun = new Set<number>();
  try {
    for await (const message of channels.messages()) {
      if (!begun.has(message.channel)) begun.add(message.channel);
      else if (message.channel === channel.error)
        throw new Error(`port ${port} of ${pod}: ${message.data.toString("utf8")}`);
      else if (!socket.write(message.data)) await drained(socket);
    }
    socket.end();
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    channels.close();
  }
}
