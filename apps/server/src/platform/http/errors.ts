import type { Denied, ErrorCode, Problem } from "@gennaker/contract/errors.ts";
import { errorTable, GennakerError } from "@gennaker/contract/errors.ts";
import { z } from "zod";
import { isDatabaseAway, sqlState } from "../database/faults.ts";

export type Failure = {
  code: ErrorCode;
  status: number;
  message: string;
  problems: readonly Problem[];
  denied?: Denied;
  unexpected: boolean;
};

/** Turns whatever was thrown into a row of the error table. What nobody foresaw becomes `internal`, without its text. */
export function toFailure(error: unknown): Failure {
  if (error instanceof GennakerError) {
    const { code, message, problems, denied } = error;
    return { ...failure(code, message, problems), ...(denied === null ? {} : { denied }) };
  }
  if (error instanceof z.ZodError) {
    return failure("invalid_request", "The request does not fit; see problems.", zodProblems(error));
  }
  if (isDatabaseAway(error)) {
    return failure(
      "database_unavailable",
      "The database cannot be reached just now; nothing was changed. Try again in a moment.",
    );
  }
  if (sqlState(error) === "22021") {
    return failure(
      "invalid_request",
      "A text of the request holds a character that cannot be stored, such as U+0000. Leave it out.",
    );
  }
  if (error instanceof TypeError && error.message === "Cannot convert object to primitive value") {
    return failure(
      "invalid_request",
      "The request holds an object with a toString or valueOf of its own where a text belongs. Send a text there.",
    );
  }
  const status = (error as { statusCode?: unknown }).statusCode;
  const text = error instanceof Error ? error.message : String(error);
  if (status === 413)
    return failure("payload_too_large", "The body is longer than this path takes. Send a smaller document.");
  if (status === 415) return failure("unsupported_media_type", "Send the body as application/json.");
  if (typeof status === "number" && status >= 400 && status < 500)
    return failure("invalid_request", `The request cannot be read: ${text}.`);
  return {
    ...failure(
      "internal",
      "Something went wrong inside Gennaker. The server's log has the details under this request id.",
    ),
    unexpected: true,
  };
}

function failure(code: ErrorCode, message: string, problems: readonly Problem[] = []): Failure {
  return { code, status: errorTable[code].status, message, problems, unexpected: false };
}

/** Zod's issues as JSON pointers with reasons. */
function zodProblems(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({ pointer: jsonPointer(issue.path), reason: issue.message }));
}

/** RFC 6901. */
function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
