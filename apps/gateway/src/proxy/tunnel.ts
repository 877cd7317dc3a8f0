import type { Socket } from "node:net";

/** An upgraded connection: bytes both ways, each side's end passed on, each side slowed by the other. */
export interface Tunnel {
  fromClient(chunk: Buffer): void;
  fromUpstream(chunk: Buffer): void;
  clientEnded(): void;
  upstreamEnded(): void;
}

/** `seen` is called for every piece, for the limit of idle time. */
export function openTunnel(client: Socket, upstream: Socket, seen: () => void): Tunnel {
  return {
    fromClient: (chunk) => {
      seen();
      if (!upstream.writableEnded && !upstream.write(chunk)) client.pause();
    },
    fromUpstream: (chunk) => {
      seen();
      if (!client.writableEnded && !client.write(chunk)) upstream.pause();
    },
    clientEnded: () => {
      upstream.end();
    },
    upstreamEnded: () => {
      client.end();
    },
  };
}
