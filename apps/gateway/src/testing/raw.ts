import net from "node:net";

/** A client that sends bytes as told and keeps what comes back. */
export interface RawClient {
  socket: net.Socket;
  /** Everything received, latin1. */
  received(): string;
  send(text: string | Buffer): void;
  /** Resolves when what was received matches. */
  waitFor(pattern: RegExp | string): Promise<string>;
  /** Resolves with everything when the other side has closed; `reset` tells how. */
  closed(): Promise<{ text: string; reset: boolean }>;
}

const limitMs = 15_000;

export function connectRaw(port: number): RawClient {
  const socket = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  let text = "";
  let over = false;
  let reset = false;
  let refused = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const check of waiting) check();
  };
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    wake();
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    reset ||= error.code === "ECONNRESET";
    refused ||= error.code === "ECONNREFUSED";
  });
  for (const event of ["end", "close"]) {
    socket.on(event, () => {
      over = true;
      wake();
    });
  }
  const waitUntil = (what: string, condition: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(check);
        reject(new Error(`waited in vain for ${what}; received ${JSON.stringify(text.slice(0, 2000))}`));
      }, limitMs);
      const check = (): void => {
        if (!condition() && !over) return;
        waiting.delete(check);
        clearTimeout(timer);
        if (condition()) resolve();
        else reject(new Error(`closed before ${what}; received ${JSON.stringify(text.slice(0, 2000))}`));
      };
      waiting.add(check);
      check();
    });
  return {
    socket,
    received: () => text,
    send: (bytes) => {
      if (typeof bytes === "string") socket.write(bytes, "latin1");
      else socket.write(bytes);
    },
    waitFor: async (pattern) => {
      await waitUntil(String(pattern), () =>
        typeof pattern === "string" ? text.includes(pattern) : pattern.test(text),
      );
      return text;
    },
    closed: async () => {
      await waitUntil("the end of the connection", () => over);
      // A reset may follow the end by a turn.
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (refused) throw new Error(`nobody listens on port ${port}`);
      return { text, reset };
    },
  };
}

/** Sends one message and returns all that comes until the other side closes. */
export async function exchangeRaw(port: number, message: string): Promise<string> {
  const client = connectRaw(port);
  client.send(message);
  const { text } = await client.closed();
  client.socket.destroy();
  return text;
}

export function statusOf(text: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
}

export function bodyOf(text: string): string {
  return text.slice(text.indexOf("\r\n\r\n") + 4);
}
