import { isRecord } from "./objects.ts";
import { hintFor } from "./hints.ts";

export type StatusCause = { reason: string; field: string; message: string };

/** One field that another manager owns, as the API server told it. */
export type FieldConflict = { field: string; manager: string; subresource: string | null; apiVersion: string | null };

type KubeErrorInit = {
  code: number;
  reason: string;
  message: string;
  causes?: StatusCause[];
  retryable?: boolean;
  retryAfterMs?: number | null;
  method?: string;
  path?: string;
  details?: Record<string, unknown>;
  cause?: unknown;
};

/**
 * A failed exchange with an API server. `code` is the HTTP status, 0 when no answer came; `reason` is the server's
 * word (`NotFound`, `Conflict` …) or ours (`Unreachable`, `Timeout`, `BadCredentials`, `UnknownKind`, `Stalled`,
 * `Configuration`, `Protocol`). The message says what was asked, what happened and what to do.
 */
export class KubeError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly causes: readonly StatusCause[];
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  /** What the server said, without our words around it. */
  readonly serverMessage: string;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly conflicts: readonly FieldConflict[];

  constructor(init: KubeErrorInit) {
    const causes = init.causes ?? [];
    const conflicts = fieldConflicts(causes);
    const hint = hintFor({ code: init.code, reason: init.reason, conflicts, message: init.message });
    const asked = init.method === undefined ? "" : `${init.method} ${init.path ?? ""}: `;
    super(
      `${asked}${init.message}${hint === "" ? "" : ` ${hint}`}`,
      init.cause === undefined ? undefined : { cause: init.cause },
    );
    this.name = "KubeError";
    this.code = init.code;
    this.reason = init.reason;
    this.causes = causes;
    this.conflicts = conflicts;
    this.retryable = init.retryable ?? isRetryable(init.code);
    this.retryAfterMs = init.retryAfterMs ?? null;
    this.serverMessage = init.message;
    this.hint = hint;
    this.details = init.details ?? {};
  }
}

function isRetryable(code: number): boolean {
  return code === 0 || code === 408 || code === 429 || code >= 500;
}

/** Reads a `Status` object, or whatever a proxy in between answered. */
export function errorFromAnswer(answer: {
  status: number;
  body: string;
  retryAfter: string | undefined;
  method: string;
  path: string;
}): KubeError {
  const status = parseStatus(answer.body);
  const details = isRecord(status?.["details"]) ? status["details"] : {};
  const seconds = Number(answer.retryAfter ?? details["retryAfterSeconds"]);
  return new KubeError({
    code: answer.status,
    reason: text(status?.["reason"]) || reasonOfCode(answer.status),
    message: text(status?.["message"]) || plainMessage(answer.status, answer.body),
    causes: readCauses(details["causes"]),
    retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null,
    method: answer.method,
    path: answer.path,
    details,
  });
}

/** The error in an `ERROR` event of a watch or in the error channel of a stream. */
export function errorFromStatus(status: Record<string, unknown>, method: string, path: string): KubeError {
  return errorFromAnswer({
    status: typeof status["code"] === "number" ? status["code"] : 500,
    // Streams leave the kind out.
    body: JSON.stringify({ ...status, kind: "Status" }),
    retryAfter: undefined,
    method,
    path,
  });
}

export function isKubeError(error: unknown, reason?: string): error is KubeError {
  return error instanceof KubeError && (reason === undefined || error.reason === reason);
}

/** The history behind a resource version or a continue token is gone, or the version was never reached: list again. */
export function isExpired(error: unknown): boolean {
  if (!(error instanceof KubeError)) return false;
  return (
    error.code === 410 ||
    error.reason === "Expired" ||
    error.reason === "Gone" ||
    error.causes.some((cause) => cause.reason === "ResourceVersionTooLarge")
  );
}

function readCauses(value: unknown): StatusCause[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((cause) => ({
    reason: text(cause["reason"]),
    field: text(cause["field"]),
    message: text(cause["message"]),
  }));
}

/** `conflict with "kubectl" with subresource "scale" using apps/v1 at …` → who owns the field, and how. */
function fieldConflicts(causes: readonly StatusCause[]): FieldConflict[] {
  return causes
    .filter((cause) => cause.reason === "FieldManagerConflict")
    .map((cause) => ({
      field: cause.field,
      manager: /conflict with "((?:[^"\\]|\\.)*)"/.exec(cause.message)?.[1] ?? "unknown",
      subresource: /with subresource "([^"]*)"/.exec(cause.message)?.[1] ?? null,
      apiVersion: /using (\S+)/.exec(cause.message)?.[1] ?? null,
    }));
}

function parseStatus(body: string): Record<string, unknown> | null {
  if (!body.trimStart().startsWith("{")) return null;
  try {
    const parsed: unknown = JSON.parse(body);
    return isRecord(parsed) && parsed["kind"] === "Status" ? parsed : null;
  } catch {
    return null;
  }
}

function plainMessage(status: number, body: string): string {
  const words = body
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 300);
  return words === "" ? `the server answered ${status} without a reason` : `the server answered ${status}: ${words}`;
}

const reasons = new Map([
  [400, "BadRequest"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "NotFound"],
  [405, "MethodNotAllowed"],
  [406, "NotAcceptable"],
  [409, "Conflict"],
  [410, "Expired"],
  [413, "RequestEntityTooLarge"],
  [415, "UnsupportedMediaType"],
  [422, "Invalid"],
  [429, "TooManyRequests"],
  [500, "InternalError"],
  [503, "ServiceUnavailable"],
  [504, "Timeout"],
]);

function reasonOfCode(code: number): string {
  return reasons.get(code) ?? "Unknown";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
