import type { DeliverDeps, HttpAnswer } from "../deps.ts";
import type { Call } from "./request.ts";
import { limits } from "./request.ts";
import { isSecretName } from "./secrets.ts";

/** As many as Spinnaker's client follows. */
const mostRedirects = 20;
const followed: ReadonlySet<number> = new Set([300, 301, 302, 303, 307, 308]);

/**
 * Sends a request and follows redirects as Spinnaker's client does: 307 and 308 repeat it, the others ask with GET and
 * no body; a redirect without an address is the answer. Every hop goes through the same guard. Headers that carry
 * secrets are not sent to another origin. Rejects when no answer comes.
 */
export async function exchange(
  outgoing: DeliverDeps["outgoing"],
  call: Call,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  let current = call;
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const answer = await outgoing({ ...current, ...limits, signal });
    const next = followed.has(answer.status) ? redirected(current, answer) : null;
    if (next === null) return answer;
    current = next;
  }
  throw new Error(`it was redirected more than ${mostRedirects} times`);
}

function redirected(call: Call, answer: HttpAnswer): Call | null {
  const location = answer.headers["location"];
  if (location === undefined || !URL.canParse(location, call.url)) return null;
  const url = new URL(location, call.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  const repeats = answer.status === 307 || answer.status === 308;
  const keepsMethod = repeats || call.method === "GET" || call.method === "HEAD";
  const sameOrigin = url.origin === new URL(call.url).origin;
  const headers = Object.entries(call.headers).filter(
    ([name]) => (sameOrigin || !isSecretName(name)) && (repeats || !name.startsWith("content-")),
  );
  return {
    url: url.href,
    method: keepsMethod ? call.method : "GET",
    headers: Object.fromEntries(headers),
    body: repeats ? call.body : null,
  };
}

/** Why no answer came: the name is not known, it took too long, or something else. */
export type NoAnswer = "name" | "timeout" | "other";

const names: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_NONAME"]);
const timeouts =
  /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|TimeoutError|ConnectTimeoutError|outgoing\.timeout)$/;

/** Reads an error and its causes. */
export function noAnswerKind(error: unknown): NoAnswer {
  let current = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth += 1) {
    const code = String((current as NodeJS.ErrnoException).code ?? "");
    if (names.has(code)) return "name";
    if (timeouts.test(code) || timeouts.test(current.name)) return "timeout";
    current = current.cause;
  }
  return "other";
}
