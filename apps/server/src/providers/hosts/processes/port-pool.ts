import { createServer } from "node:net";

/** Below every usual range of ephemeral ports, so that no outgoing connection takes one between choice and use. */
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;

/** Hands out loopback ports that are free and that nobody was given before. */
export type PortPool = {
  take(): Promise<number>;
  /** True when nothing else listens there. */
  free(port: number): Promise<boolean>;
  give(port: number): void;
};

/** `taken`: ports on record. The start is random, so that two Gennakers on one machine seldom want the same one. */
export function createPortPool(taken: Iterable<number>, range = { first: FIRST_PORT, last: LAST_PORT }): PortPool {
  const used = new Set(taken);
  const count = range.last - range.first + 1;
  let next = Math.floor(Math.random() * count);
  return {
    async take() {
      for (let tries = 0; tries < count; tries += 1) {
        const port = range.first + next;
        next = (next + 1) % count;
        if (used.has(port)) continue;
        used.add(port);
        if (await isFree(port)) return port;
        used.delete(port);
      }
      throw new Error(
        `No free port between ${range.first} and ${range.last} is left for instances; stop what holds them`,
      );
    },
    free: isFree,
    give: (port) => {
      used.delete(port);
    },
  };
}

async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, "127.0.0.1")) && (await canListen(port, "0.0.0.0"));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
