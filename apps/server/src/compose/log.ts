import { pino } from "pino";

export type LogLevel = "debug" | "info" | "warn" | "error";
export type Log = (level: LogLevel, message: string, details?: Record<string, unknown>) => void;

/** JSON lines on standard error; standard output is for what a person or script reads. */
export function createLog(level: LogLevel): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
  return (at, message, details) => logger[at](details ?? {}, message);
}
