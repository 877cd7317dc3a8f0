import { setTimeout as wait } from "node:timers/promises";
import { CliError } from "../../../errors.ts";

export type GateOptions = {
  url: string;
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** For one answer. */
  timeoutMs?: number;
  /** Between attempts: this, doubled each time. */
  firstDelayMs?: number;
  attempts?: number;
};

export type GateClient = {
  url: string;
  /** The JSON text at a path. Null for 404. Retries what may pass; throws a CliError with what to do otherwise. */
  get(path: string): Promise<string | null>;
  /** Accounts that this Gate lists. */
  accountNames(): Promise<string[]>;
};

/** A fault that may pass: it is tried again. */
type Passing = { why: string; afterMs: number | null };

const longestDelayMs = 30_000;

/** Reads Gate: no redirect is followed (it would lead to a login page), and only JSON is an answer. */
export function createGateClient(options: GateOptions): GateClient {
  const { url, headers, signal, timeoutMs = 60_000, firstDelayMs = 500, attempts = 6 } = options;

  async function attempt(path: string): Promise<{ text: string | null } | Passing> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url + path, {
        redirect: "manual",
        headers: { accept: "application/json", "user-agent": "gennaker", ...headers },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      text = await response.text();
    } catch (error) {
      if (signal.aborted) throw error;
      const timedOut = (error as Error).name === "TimeoutError";
      return { why: timedOut ? `no answer within ${timeoutMs / 1_000} seconds` : causeOf(error), afterMs: null };
    }
    const { status } = response;
    if (status === 404) return { text: null };
    if (status >= 300 && status < 400)
      throw wantsLogin(path, `redirects to ${placeOf(response.headers.get("location"))}`);
    if (status === 401 || status === 403) throw wantsLogin(path, `answered ${status}`);
    if (status === 429 || status >= 500)
      return { why: `answered ${status}`, afterMs: retryAfter(response.headers.get("retry-after")) };
    if (status >= 400) throw new CliError(`Gate answered ${status} to ${path}.`);
    if (/^\s*<(!doctype|html|head|body)/i.test(text))
      throw wantsLogin(path, `answered a web page${titleOf(text)} instead of JSON`);
    try {
      JSON.parse(text === "" ? "null" : text);
      return { text: text === "" ? null : text };
    } catch {
      return { why: "sent an answer that is cut off or no JSON", afterMs: null };
    }
  }

  async function get(path: string): Promise<string | null> {
    let last = "";
    for (let tried = 0; tried < attempts; tried += 1) {
      const answer = await attempt(path);
      if ("text" in answer) return answer.text;
      last = answer.why;
      if (tried + 1 === attempts) break;
      const delay = Math.min(answer.afterMs ?? firstDelayMs * 2 ** tried * (0.75 + Math.random() / 2), longestDelayMs);
      await wait(delay, undefined, { signal });
    }
    throw new CliError(`Gate at ${url} cannot be read: ${path} ${last}, ${attempts} times.`, {
      next: ["Run the same command again: it goes on where it stopped."],
    });
  }

  return {
    url,
    get,
    async accountNames() {
      const list: unknown = JSON.parse((await get("/credentials")) ?? "[]");
      if (!Array.isArray(list)) return [];
      return list.flatMap((each: unknown) =>
        typeof each === "object" && each !== null && typeof (each as { name?: unknown }).name === "string"
          ? [(each as { name: string }).name]
          : [],
      );
    },
  };
}

function wantsLogin(path: string, what: string): CliError {
  return new CliError(`Gate wants a login: ${path} ${what}.`, {
    next: [
      '--header "X-Spinnaker-Token: $TOKEN"    or another header, its value from the environment',
      "--token-env NAME                         a bearer token from the environment",
      "--cookie-file FILE                       the session of a browser that is logged in",
    ],
  });
}

/** Only where to: what is behind `?` may be a secret. */
function placeOf(location: string | null): string {
  if (location === null) return "nowhere";
  return location.split(/[?#]/)[0]?.replace(/\/\/[^/@]*@/, "//") ?? location;
}

function titleOf(html: string): string {
  const title = /<title[^>]*>([^<]{1,80})/i.exec(html)?.[1]?.trim();
  return title === undefined || title === "" ? "" : ` ("${title}")`;
}

/** Seconds, or a date. */
function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}

function causeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return `cannot be reached (${cause?.code ?? cause?.message ?? (error as Error).message})`;
}
