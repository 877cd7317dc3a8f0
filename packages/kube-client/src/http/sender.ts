import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { CredentialMaterial, Impersonation, KubeConnection } from "../config/connection.ts";
import { errorFromAnswer, KubeError } from "../errors.ts";
import type { KubeMetrics } from "../metrics.ts";
import { createBackoff, pause } from "./backoff.ts";
import { networkError, sentNothing } from "./network-error.ts";
import { createTransport } from "./transport.ts";
import { undici } from "./undici.ts";

export type QueryValue = string | number | boolean | readonly string[] | undefined;

/** One question to the API server. `resource` and `verb` are for metrics. */
export type Exchange = {
  verb: string;
  resource: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON; a text is sent as it is. */
  body?: unknown;
  contentType?: string;
  accept?: string;
  signal?: AbortSignal | undefined;
  /** For the whole exchange with its retries; of a stream only until its headers came. */
  timeoutMs?: number;
  /** Repeats of an attempt that failed and may be repeated. */
  retries?: number;
};

export type Sender = {
  /** The parsed JSON body. Throws `KubeError`. */
  json(exchange: Exchange): Promise<unknown>;
  /** The open body of an answer below 300; the caller must read or destroy it. */
  stream(exchange: Exchange): Promise<Readable>;
  /** What an upgrade request needs: for the WebSocket streams. */
  prepare(): Promise<{ origin: string; prefix: string; headers: Headers; dispatcher: Dispatcher }>;
  /** After a 401: true where new credentials may help. */
  renewCredentials(): boolean;
  close(): Promise<void>;
};

type Headers = Record<string, string | string[]>;
type Answer = { body: Readable & { text(): Promise<string> }; timer: NodeJS.Timeout };

const maxErrorBytes = 256 * 1024;

export function createSender(
  connection: KubeConnection,
  options: { userAgent: string; timeoutMs: number; retries: number; metrics: KubeMetrics },
): Sender {
  const transport = createTransport(connection);
  const server = new URL(connection.server);
  const prefix = server.pathname.replace(/\/$/, "");

  async function prepare() {
    const material = await connection.credentials.current();
    return {
      origin: server.origin,
      prefix,
      headers: { "user-agent": options.userAgent, ...authHeaders(material, connection.impersonate) },
      dispatcher: transport.dispatcher(material),
    };
  }

  async function attempt(exchange: Exchange, deadline: number): Promise<Answer> {
    const { origin, headers, dispatcher } = await prepare();
    const began = performance.now();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), Math.max(1, deadline - began));
    const signal = exchange.signal === undefined ? limit.signal : AbortSignal.any([exchange.signal, limit.signal]);
    let code = 0;
    try {
      const answer = await undici().request(`${origin}${prefix}${exchange.path}${queryText(exchange.query)}`, {
        dispatcher,
        method: exchange.method,
        signal,
        headers: { ...headers, accept: exchange.accept ?? "application/json", ...bodyHeaders(exchange) },
        ...(exchange.body === undefined ? {} : { body: bodyText(exchange.body) }),
      });
      code = answer.statusCode;
      if (code < 300) return { body: answer.body, timer };
      throw errorFromAnswer({
        status: code,
        body: await readText(answer.body, maxErrorBytes),
        retryAfter: single(answer.headers["retry-after"]),
        method: exchange.method,
        path: exchange.path,
      });
    } catch (error) {
      clearTimeout(timer);
      if (error instanceof KubeError) throw error;
      exchange.signal?.throwIfAborted();
      throw networkError(error, { exchange, server: server.host, timedOut: limit.signal.aborted });
    } finally {
      options.metrics.request?.({
        verb: exchange.verb,
        resource: exchange.resource,
        code,
        seconds: (performance.now() - began) / 1000,
      });
    }
  }

  async function open(exchange: Exchange): Promise<Answer> {
    exchange.signal?.throwIfAborted();
    const deadline = performance.now() + (exchange.timeoutMs ?? options.timeoutMs);
    const backoff = createBackoff({ firstMs: 100, maxMs: 5_000 });
    let renewed = false;
    for (;;) {
      try {
        return await attempt(exchange, deadline);
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        if (error.code === 401 && !renewed && connection.credentials.invalidate()) {
          renewed = true;
          continue;
        }
        if (backoff.failures() >= (exchange.retries ?? options.retries) || !mayRepeat(exchange, error)) throw error;
        const wait = Math.max(backoff.next(), error.retryAfterMs ?? 0);
        if (performance.now() + wait >= deadline) throw error;
        await pause(wait, exchange.signal);
        exchange.signal?.throwIfAborted();
      }
    }
  }

  return {
    async json(exchange) {
      const { body, timer } = await open(exchange);
      try {
        const text = await body.text();
        return text === "" ? {} : (JSON.parse(text) as unknown);
      } catch (error) {
        exchange.signal?.throwIfAborted();
        throw networkError(error, { exchange, server: server.host, timedOut: error instanceof DOMException });
      } finally {
        clearTimeout(timer);
      }
    },
    async stream(exchange) {
      const { body, timer } = await open(exchange);
      clearTimeout(timer);
      return body;
    },
    prepare,
    renewCredentials: () => connection.credentials.invalidate(),
    close: () => transport.close(),
  };
}

/** A change may be repeated only where the server says that it did nothing with it. */
function mayRepeat(exchange: Exchange, error: KubeError): boolean {
  if (!error.retryable) return false;
  if (error.code === 429 || (error.code >= 500 && error.retryAfterMs !== null)) return true;
  return exchange.method === "GET" ? error.reason !== "Timeout" || error.code !== 0 : sentNothing(error);
}

function authHeaders(material: CredentialMaterial, as: Impersonation | null): Headers {
  const headers: Headers = { ...material.headers };
  if (as === null) return headers;
  if (as.user !== undefined) headers["impersonate-user"] = as.user;
  if (as.uid !== undefined) headers["impersonate-uid"] = as.uid;
  if (as.groups !== undefined && as.groups.length > 0) headers["impersonate-group"] = as.groups;
  for (const [name, values] of Object.entries(as.extra ?? {})) {
    headers[`impersonate-extra-${encodeURIComponent(name.toLowerCase())}`] = values;
  }
  return headers;
}

function bodyHeaders(exchange: Exchange): Headers {
  return exchange.body === undefined ? {} : { "content-type": exchange.contentType ?? "application/json" };
}

function bodyText(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

/** `?a=1&b=x`, empty values left out; lists repeat their name. */
export function queryText(query: Readonly<Record<string, QueryValue>> = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === "") continue;
    if (typeof value === "object") for (const entry of value) parameters.append(name, entry);
    else parameters.append(name, String(value));
  }
  return parameters.size === 0 ? "" : `?${parameters.toString()}`;
}

/** At most `maxBytes` of a body; the rest is thrown away with its socket. */
async function readText(body: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
