import type { Readable, Writable } from "node:stream";

/** Where a command writes: a stream that may be a terminal. */
export type Output = Writable & {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  getColorDepth?: (env?: object) => number;
};

/** Everything a command may touch of the world, so that commands can be run in tests without a process. */
export type CliContext = {
  readonly process: {
    readonly stdout: Output;
    readonly stderr: Output;
    readonly env: Readonly<Partial<Record<string, string>>>;
    exitCode?: number | string | null;
  };
  readonly stdin: Readable & { isTTY?: boolean };
  /** Calls back on Ctrl-C (SIGINT, SIGTERM) instead of ending the process; gives the function that stops that. */
  onInterrupt(listener: () => void): () => void;
  /** What the command itself ended with; 0 until it says otherwise. */
  outcome: number;
  /** The server that was asked, for the sentence about an unreachable one. */
  server: string | null;
};

export type Terminal = { interactive: boolean; color: boolean; columns: number | null; rows: number };

/** What standard output can show. Piped output is never cut: `columns` is null. */
export function terminalOf(context: CliContext): Terminal {
  const { stdout, env } = context.process;
  const interactive = stdout.isTTY === true && env["TERM"] !== "dumb";
  const refused = (env["NO_COLOR"] ?? "") !== "";
  const forced = (env["FORCE_COLOR"] ?? "") !== "" && env["FORCE_COLOR"] !== "0";
  return {
    interactive,
    color: !refused && (interactive || forced),
    columns: stdout.isTTY === true ? (stdout.columns ?? 80) : null,
    rows: stdout.rows ?? 24,
  };
}
