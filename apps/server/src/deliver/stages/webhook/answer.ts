import type { Json } from "@gennaker/contract/json.ts";
import type { HttpAnswer } from "../deps.ts";
import { readPath } from "./json-path.ts";
import type { Found } from "./json-path.ts";

/** Of an answer that is longer than may be read, so much is kept to be looked at. */
const keptOfLongAnswer = 16_384;

/**
 * The body as Spinnaker keeps it: JSON where the content type says so, and of an answer that failed also where it
 * looks so; otherwise its text; null for nothing.
 */
export function bodyOf(answer: HttpAnswer): Json {
  if (answer.body === "") return null;
  if (answer.truncated) return answer.body.slice(0, keptOfLongAnswer);
  const type = (answer.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const failed = answer.status >= 400 && /^[{[]/.test(answer.body);
  return failed || type === "application/json" || type.endsWith("+json") ? parsed(answer.body) : answer.body;
}

/** What stands at a JSONPath of an answer; a body that is JSON without saying so is read as well. */
export function valueIn(body: Json, path: string): Found {
  return readPath(typeof body === "string" ? parsed(body) : body, path);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** What an answer's code means for the request that was sent. */
export type CodeMeaning = "ok" | "retry" | "failed";

/** 2xx and 3xx are fine; fail-fast codes have failed; 429, 5xx and `retry` are worth another try; the rest has failed. */
export function meaningOf(code: number, rules: { failFast: readonly number[]; retry: readonly number[] }): CodeMeaning {
  if (code >= 200 && code < 400) return "ok";
  if (rules.failFast.includes(code)) return "failed";
  return code === 429 || code >= 500 || rules.retry.includes(code) ? "retry" : "failed";
}
