import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { EmbeddedPostgresError, noSpaceError, notWritableError, type EmbeddedPostgresErrorCode } from "./errors.ts";

const maximumBytes = 8 * 1024 * 1024;
const keptFiles = 4;
const intervalMs = 60_000;

/**
 * Keeps the server's log within 8 MB and four older files of that size. The server appends to one open file for its
 * whole life, so the file is copied and cut rather than renamed.
 */
export function rotateLog(path: string, limit: number = maximumBytes): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size < limit) return;
  rmSync(`${path}.${keptFiles}`, { force: true });
  for (let number = keptFiles - 1; number >= 1; number -= 1) {
    if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
  }
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}

/** Rotates now and every minute until the returned function is called. */
export function keepLogSmall(path: string, onError: (error: unknown) => void): () => void {
  const turn = (): void => {
    try {
      rotateLog(path);
    } catch (error) {
      onError(error);
    }
  };
  turn();
  const timer = setInterval(turn, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** What was appended to a file after `offset`, at most the last 4,000 bytes of it. */
export function tailFrom(path: string, offset: number): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const from = Math.max(size < offset ? 0 : offset, size - 4_000);
  if (size <= from) return "";
  const buffer = Buffer.alloc(size - from);
  const file = openSync(path, "r");
  try {
    return buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, from));
  } finally {
    closeSync(file);
  }
}

const meanings: readonly [RegExp, EmbeddedPostgresErrorCode][] = [
  [/No space left on device|Disk quota exceeded/, "no_space"],
  [
    /could not (?:open|write|create|access|read|stat)[^\n]*: (?:Permission denied|Read-only file system)/,
    "not_writable",
  ],
  [/CATALOG_VERSION_NO|initialized by PostgreSQL version/, "wrong_major_version"],
  ...[
    // The major version was compared before, so that only a damaged control file can differ.
    /database files are incompatible with server/,
    /could not locate (?:a valid checkpoint record|required checkpoint)|invalid (?:primary )?checkpoint record/,
    /control file (?:contains invalid data|appears to be corrupt)|incorrect checksum in control file/,
    /(?:PANIC|FATAL): {2}could not (?:open|read|find|access)[^\n]*(?:pg_control|pg_wal|pg_xact|global\/|base\/)/,
    /is not a valid data directory|invalid page in block/,
  ].map((pattern): [RegExp, EmbeddedPostgresErrorCode] => [pattern, "data_corrupt"]),
];

/** Which of the errors the last words of a server or of initdb describe. */
export function meaningOf(log: string): EmbeddedPostgresErrorCode {
  return meanings.find(([pattern]) => pattern.test(log))?.[1] ?? "start_failed";
}

/** The error for a server (or initdb) that ended before it was ready. */
export function explainFailure(what: string, log: string, cluster: string, logFile: string): EmbeddedPostgresError {
  const code = meaningOf(log);
  if (code === "no_space") return noSpaceError(cluster, new Error(log));
  if (code === "not_writable") return notWritableError(cluster, new Error(log));
  const last = log.trim() === "" ? "It wrote nothing." : `Its last words:\n${log.trim()}`;
  const advice = adviceFor(code, cluster);
  return new EmbeddedPostgresError(code, [what, advice, `See ${logFile}.`, last].filter(Boolean).join(" "), {
    details: { log },
  });
}

function adviceFor(code: EmbeddedPostgresErrorCode, cluster: string): string | undefined {
  if (code === "wrong_major_version") return `The data in ${cluster} belongs to another version of PostgreSQL.`;
  if (code !== "data_corrupt") return undefined;
  return `The data in ${cluster} is damaged: restore a backup of the data directory, or move it away to begin anew.`;
}
