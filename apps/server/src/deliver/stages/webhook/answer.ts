import { query } from "jsonpath-rfc9535";
import type { Json } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../engine/api.ts";
import type { HttpAnswer } from "../deps.ts";

/** JSON where the answer is JSON, otherwise its text; null for nothing. */
export function bodyOf(answer: HttpAnswer): Json {
  if (answer.body === "") return null;
  try {
    return JSON.parse(answer.body) as Json;
  } catch {
    return answer.body;
  }
}

/** The first value at a JSONPath, undefined when nothing is there. A leading `$.` may be left out, as older files do. */
export function valueAtPath(body: Json, path: string): Json | undefined {
  const full = path.startsWith("$") ? path : `$.${path}`;
  try {
    return query(body as never, full)[0] as Json | undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TaskError("webhook.jsonPath", `The JSONPath "${path}" of the webhook cannot be read: ${why}`);
  }
}

/** What an answer's code means for the request that was sent. */
export type CodeMeaning = "ok" | "retry" | "failed";

/** 2xx and 3xx are fine; 429 and 5xx are tried again, 504 and other fail-fast codes are not; the rest has failed. */
export function meaningOf(
  code: number,
  rules: { failFast: readonly number[] | undefined; retry: readonly number[] },
): CodeMeaning {
  if (code >= 200 && code < 400) return "ok";
  if ((rules.failFast ?? [504]).includes(code)) return "failed";
  return code === 429 || code >= 500 || rules.retry.includes(code) ? "retry" : "failed";
}

const names: Record<number, string> = {
  200: "OK",
  201: "CREATED",
  202: "ACCEPTED",
  204: "NO_CONTENT",
  301: "MOVED_PERMANENTLY",
  302: "FOUND",
  303: "SEE_OTHER",
  304: "NOT_MODIFIED",
  307: "TEMPORARY_REDIRECT",
  308: "PERMANENT_REDIRECT",
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_ALLOWED",
  408: "REQUEST_TIMEOUT",
  409: "CONFLICT",
  410: "GONE",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  422: "UNPROCESSABLE_ENTITY",
  429: "TOO_MANY_REQUESTS",
  500: "INTERNAL_SERVER_ERROR",
  501: "NOT_IMPLEMENTED",
  502: "BAD_GATEWAY",
  503: "SERVICE_UNAVAILABLE",
  504: "GATEWAY_TIMEOUT",
};

/** The code's name as Spinnaker writes it into `webhook.statusCode`. */
export function codeName(code: number): string {
  return names[code] ?? String(code);
}
