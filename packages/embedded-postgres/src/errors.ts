/** The closed list of reasons for which the embedded database cannot be used. */
export type EmbeddedPostgresErrorCode =
  | "no_space"
  | "not_writable"
  | "unsupported_platform"
  | "wrong_major_version"
  | "directory_in_use"
  | "data_corrupt"
  | "start_failed"
  | "aborted";

/**
 * Says what happened, where, and what to do next. `details` carries the facts of the message for programs:
 * `pid` with `directory_in_use`, `found` and `expected` with `wrong_major_version`, `log` with `start_failed`.
 */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: EmbeddedPostgresErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "EmbeddedPostgresError";
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The `code` of a system error (`ENOENT`, `EACCES` …), undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

// EEXIST: a directory was to be made where a file lies.
const notWritable = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENAMETOOLONG"]);
const noSpace = new Set(["ENOSPC", "EDQUOT"]);

/**
 * Turns a file system error met while preparing `path` into a clear one; errors that are already clear, and those
 * that are not about permission or space, are given back unchanged.
 */
export function explainFileError(error: unknown, path: string): unknown {
  const code = systemErrorCode(error);
  if (code !== undefined && noSpace.has(code)) return noSpaceError(path, error);
  if (code !== undefined && notWritable.has(code)) return notWritableError(path, error);
  return error;
}

/** Runs `work` and explains the file system errors it throws. */
export function explainingFileErrors<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explainFileError(error, path);
  }
}

export function noSpaceError(path: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "no_space",
    `No space is left for the embedded database in ${path}. ` +
      "Free at least 200 MB there or choose another directory with --data, then start again; nothing was lost.",
    { cause },
  );
}

export function notWritableError(path: string, cause?: unknown): EmbeddedPostgresError {
  const user = process.getuid === undefined ? "the current user" : `user id ${process.getuid()}`;
  const why = cause instanceof Error ? ` (${systemErrorCode(cause) ?? cause.message})` : "";
  return new EmbeddedPostgresError(
    "not_writable",
    `The data directory ${path} cannot be written by ${user}${why}. ` +
      "Give this user the directory, or choose another one with --data.",
    { cause },
  );
}
