import { Readable, Writable } from "node:stream";
import type { CliContext, Output } from "../context.ts";

export type FakeContext = { context: CliContext; out(): string; err(): string; interrupt(): void };

type Options = {
  stdin?: string | Iterable<string | Uint8Array>;
  env?: Record<string, string>;
  /** Makes standard output a terminal of this size. */
  terminal?: { columns: number; rows: number };
  stdout?: Output;
};

/** A context that touches nothing: what is written is kept, what is read is given. */
export function fakeContext(options: Options = {}): FakeContext {
  const out: string[] = [];
  const err: string[] = [];
  const stdout: Output =
    options.stdout ?? Object.assign(keeping(out), options.terminal ? { isTTY: true, ...options.terminal } : {});
  const listeners = new Set<() => void>();
  const input = options.stdin ?? [];
  const context: CliContext = {
    process: { stdout, stderr: keeping(err), env: { HOME: "/nowhere", ...options.env } },
    stdin: Readable.from(typeof input === "string" ? [input] : input, { objectMode: true }),
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    outcome: 0,
    server: null,
  };
  return {
    context,
    out: () => out.join(""),
    err: () => err.join(""),
    interrupt: () => {
      for (const listener of listeners) listener();
    },
  };
}

function keeping(parts: string[]): Writable {
  return new Writable({
    decodeStrings: false,
    write(part: string | Buffer, _encoding, done) {
      parts.push(String(part));
      done();
    },
  });
}
