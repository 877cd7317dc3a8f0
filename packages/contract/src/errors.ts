/**
 * The one table of errors. `fault` says who can mend it: the caller, an outside service, or Gennaker itself;
 * `retryable` says whether the same call can succeed later without a change.
 */
export const errorTable = {
  invalid_request: { status: 400, fault: "caller", retryable: false },
  invalid_pipeline: { status: 400, fault: "caller", retryable: false },
  invalid_expression: { status: 400, fault: "caller", retryable: false },
  unauthenticated: { status: 401, fault: "caller", retryable: false },
  forbidden: { status: 403, fault: "caller", retryable: false },
  foreign_origin: { status: 403, fault: "caller", retryable: false },
  traffic_guard: { status: 403, fault: "caller", retryable: false },
  not_found: { status: 404, fault: "caller", retryable: false },
  method_not_allowed: { status: 405, fault: "caller", retryable: false },
  conflict: { status: 409, fault: "caller", retryable: false },
  stale: { status: 409, fault: "caller", retryable: false },
  wrong_state: { status: 409, fault: "caller", retryable: false },
  payload_too_large: { status: 413, fault: "caller", retryable: false },
  unsupported_media_type: { status: 415, fault: "caller", retryable: false },
  too_many_requests: { status: 429, fault: "caller", retryable: true },
  internal: { status: 500, fault: "gennaker", retryable: false },
  upstream_failed: { status: 502, fault: "outside", retryable: true },
  database_unavailable: { status: 503, fault: "outside", retryable: true },
  shutting_down: { status: 503, fault: "gennaker", retryable: true },
  timeout: { status: 504, fault: "outside", retryable: true },
} as const satisfies Record<string, { status: number; fault: "caller" | "outside" | "gennaker"; retryable: boolean }>;

export type ErrorCode = keyof typeof errorTable;

/** One thing wrong with a document: where (JSON pointer) and why, in words. */
export type Problem = { pointer: string; reason: string };

/** What the caller would have needed: asked about with `explainAccess`. */
export type Denied = { verb: string; resource: string };

/** An error that a person or program outside may see: a code of the table and a sentence that says what to do next. */
export class GennakerError extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];
  /** Of `forbidden`, where it is a rule that refuses. */
  readonly denied: Denied | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: { problems?: readonly Problem[]; denied?: Denied; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "GennakerError";
    this.code = code;
    this.problems = options.problems ?? [];
    this.denied = options.denied ?? null;
  }
}
