import type { RouteBody, RouteParams, RouteQuery, RouteResponse, Route } from "@gennaker/contract/route.ts";
import type { RouteName, Routes } from "@gennaker/contract/routes.ts";
import { routes } from "@gennaker/contract/routes.ts";
import { ApiError } from "./api-error.ts";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type ClientOptions = {
  /** The server's address without a path, e.g. `http://127.0.0.1:8084`; empty in a browser on the same origin. */
  baseUrl: string;
  fetch?: Fetch;
  /** Sent with every request, e.g. an Authorization header. */
  headers?: Record<string, string>;
};

type Keys<T> = keyof T extends never ? never : keyof T;

/** What a call needs: path parameters, query and body, each only where the route has them. */
export type CallInput<R extends Route> = ([Keys<RouteParams<R>>] extends [never]
  ? object
  : { params: RouteParams<R> }) &
  ("query" extends keyof R ? { query?: RouteQuery<R> } : object) &
  ("body" extends keyof R ? { body: RouteBody<R> } : object) & { signal?: AbortSignal };

export type Client = {
  /** Calls a route by its name. Throws ApiError with the server's problem document, or with code `unreachable`. */
  call<N extends RouteName>(name: N, input: CallInput<Routes[N]>): Promise<RouteResponse<Routes[N]>>;
  /** A text route's body as a stream of chunks. */
  stream<N extends RouteName>(name: N, input: CallInput<Routes[N]>): AsyncIterable<string>;
  baseUrl: string;
};

type AnyInput = {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
};

/** A typed client over the contract's route table; no generated code. */
export function createClient(options: ClientOptions): Client {
  const send: Fetch = options.fetch ?? ((url, init) => fetch(url, init));

  async function request(name: RouteName, input: AnyInput): Promise<Response> {
    const route: Route = routes[name];
    const headers: Record<string, string> = {
      accept: route.text ? "text/plain" : "application/json",
      ...options.headers,
      ...(route.method === "GET" ? {} : csrfHeader()),
    };
    const init: RequestInit = { method: route.method, headers };
    if (route.body) {
      headers["content-type"] = "application/json";
      init.body = JSON.stringify(input.body ?? {});
    }
    if (input.signal) init.signal = input.signal;
    const url = `${options.baseUrl}/api/v1${fillPath(route.path, input.params ?? {})}${queryText(input.query ?? {})}`;
    const response = await send(url, init).catch((error: unknown) => {
      // Called off by the caller: that is no news about the server.
      if (input.signal?.aborted) throw error;
      throw ApiError.unreachable(options.baseUrl, error);
    });
    if (!response.ok) throw await ApiError.fromResponse(response);
    return response;
  }

  return {
    baseUrl: options.baseUrl,
    async call(name, input) {
      const response = await request(name, input as AnyInput);
      const route: Route = routes[name];
      return (route.text ? await response.text() : await response.json()) as never;
    },
    async *stream(name, input) {
      const response = await request(name, input as AnyInput);
      if (!response.body) return;
      const decoder = new TextDecoder();
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
        yield decoder.decode(chunk, { stream: true });
    },
  };
}

/** In a browser, a change shows that it comes from a page that can read the session's second cookie. */
function csrfHeader(): Record<string, string> {
  const { document } = globalThis as { document?: { cookie?: string } };
  const token = /(?:^|; )gennaker_csrf=([\w-]+)/.exec(document?.cookie ?? "")?.[1];
  return token === undefined ? {} : { "x-gennaker-csrf": token };
}

function fillPath(path: string, params: Record<string, string>): string {
  return path.replace(/:([A-Za-z]+)/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ""));
}

function queryText(query: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
