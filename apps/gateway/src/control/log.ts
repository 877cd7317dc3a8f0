import { appendFileSync } from "node:fs";

/** Writes one JSON line per event: time, level, event and its fields. */
export interface Log {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

/** `file` undefined: standard output. A log that cannot be written never stops the gateway. */
export function createLog(file: string | undefined): Log {
  const write = (level: string, event: string, fields: Record<string, unknown> = {}): void => {
    const line = `${JSON.stringify({ time: new Date().toISOString(), level, event, pid: process.pid, ...fields })}\n`;
    if (file === undefined) {
      process.stdout.write(line);
      return;
    }
    try {
      appendFileSync(file, line, { mode: 0o600 });
    } catch (error) {
      process.stderr.write(`${line.trimEnd()} (log file: ${error instanceof Error ? error.message : "unwritable"})\n`);
    }
  };
  return {
    info: (event, fields) => write("info", event, fields),
    warn: (event, fields) => write("warn", event, fields),
    error: (event, fields) => write("error", event, fields),
  };
}
