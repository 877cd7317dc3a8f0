import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../engine/api.ts";
import type { HttpRequest } from "../deps.ts";

/** As many redirects as Spinnaker's client follows; each goes through the guard of outgoing requests. */
export const limits = { timeoutMs: 30_000, maxBytes: 1_048_576, redirects: 20 };

/** The words that go out, ready to send. */
export type Call = Pick<HttpRequest, "method" | "url" | "headers" | "body">;

/** Headers that say who is asking inside Spinnaker: a pipeline may not forge them. */
const deniedHeaders: ReadonlySet<string> = new Set([
  "x-spinnaker-user",
  "x-spinnaker-account",
  "x-spinnaker-user-origin",
  "x-spinnaker-request-id",
  "x-spinnaker-execution-id",
]);

/**
 * Any word is sent as method. A payload that is no text goes out as JSON, or as a form where the header asks for one;
 * a text goes out as it is, as JSON when it is some.
 */
export function callFrom(input: {
  url: string;
  method: string | undefined;
  payload: unknown;
  headers: JsonObject;
}): Call {
  const url = readUrl(input.url);
  const method = (
    input.method === undefined || input.method.trim() === "" ? "POST" : input.method.trim()
  ).toUpperCase();
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(input.headers)) {
    if (value === null || deniedHeaders.has(name.toLowerCase())) continue;
    headers[name.toLowerCase()] = Array.isArray(value) ? value.map(String).join(", ") : String(value);
  }
  const bodiless = method === "GET" || method === "HEAD";
  const empty = input.payload === undefined || input.payload === null;
  if (bodiless || empty) return { method, url, headers, body: null };
  headers["content-type"] ??=
    typeof input.payload === "string" && !isJson(input.payload) ? "text/plain" : "application/json";
  return { method, url, headers, body: bodyFrom(input.payload, headers["content-type"]) };
}

function readUrl(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:")) return url.href;
  throw new TaskError(
    "webhook.url",
    `The webhook's url must be an http or https address, but is "${withoutSecrets(text)}".`,
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function bodyFrom(payload: unknown, contentType: string): string {
  if (typeof payload === "string") return payload;
  if (!contentType.includes("x-www-form-urlencoded") || !isJsonObject(payload)) return JSON.stringify(payload);
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(payload))
    form.append(key, typeof value === "string" ? value : JSON.stringify(value));
  return form.toString();
}

/** An address without user, password and query values. */
export function withoutSecrets(address: string): string {
  if (!URL.canParse(address)) return address.replace(/\/\/[^/@]*@/, "//").replace(/\?.*$/, "?…");
  const url = new URL(address);
  return `${url.protocol}//${url.host}${url.pathname}${url.search === "" ? "" : "?…"}`;
}
