import { errorTable, GennakerError } from "@gennaker/contract/errors.ts";
import type { Route } from "@gennaker/contract/route.ts";
import { routes } from "@gennaker/contract/routes.ts";
import Fastify from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Readable } from "node:stream";
import { ulid } from "ulid";
import type { Actor } from "../audit/api.ts";
import type { ApiRequest, GateRoute, Handler, Handlers } from "./api.ts";
import { isJsonMediaType, refusedBecause } from "./browser-safety.ts";
import { toFailure } from "./errors.ts";
import { parseJsonBody } from "./json-body.ts";

const mebibyte = 1024 * 1024;

export type HttpOptions = {
  handlers: Handlers;
  gateRoutes: readonly GateRoute[];
  /** Names besides loopback that this server is reached by. */
  allowedHosts: ReadonlySet<string>;
  /** Who asks: read from the request by `access`. */
  actorOf(request: { headers: Record<string, string | string[] | undefined>; ip: string; id: string }, via: "api" | "gate"): Actor;
  log(level: "info" | "warn" | "error", message: string, details?: Record<string, unknown>): void;
  /** Adds routes that are no JSON calls: the UI's files, the event stream, metrics. */
  extend(server: FastifyInstance): Promise<void>;
};

/** The main port: the own API from the route table, Gate's paths, and one place that turns errors into answers. */
export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const server = Fastify({
    bodyLimit: 25 * mebibyte,
    routerOptions: { maxParamLength: 4_096, ignoreTrailingSlash: true },
    genReqId: () => ulid(),
    forceCloseConnections: "idle",
    logger: false,
  });

  server.addHook("onRequest", async (request) => {
    const refused = refusedBecause({ host: request.headers.host, origin: request.headers.origin, allowedHosts: options.allowedHosts });
    if (refused) throw new GennakerError("foreign_origin", refused);
    const changes = request.method !== "GET" && request.method !== "HEAD" && request.method !== "OPTIONS";
    const hasBody = request.headers["content-length"] !== undefined ? request.headers["content-length"] !== "0" : request.headers["transfer-encoding"] !== undefined;
    if (changes && hasBody && !isJsonMediaType(request.headers["content-type"])) {
      throw new GennakerError("unsupported_media_type", "Send the body as application/json.");
    }
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, text, done) => done(null, text));
  server.setErrorHandler((error, request, reply) => answerError(options, error, request, reply));
  server.setNotFoundHandler((request) => {
    throw new GennakerError("not_found", `There is nothing at ${request.method} ${request.url.split("?")[0]}.`);
  });

  for (const [name, route] of Object.entries(routes as Record<string, Route>)) {
    const handler = options.handlers[name as keyof Handlers] as Handler<never> | undefined;
    if (handler) addApiRoute(server, options, route, handler);
  }
  for (const route of options.gateRoutes) addGateRoute(server, options, route);
  await options.extend(server);
  return server;
}

function addApiRoute(server: FastifyInstance, options: HttpOptions, route: Route, handler: Handler<never>): void {
  server.route({
    method: route.method,
    url: `/api/v1${route.path}`,
    handler: async (request, reply) => {
      const bodyText = typeof request.body === "string" ? request.body : "";
      const abort = new AbortController();
      reply.raw.once("close", () => abort.abort());
      const input = {
        params: request.params,
        query: route.query?.parse(request.query),
        body: route.body ? route.body.parse(bodyText === "" ? {} : parseJsonBody(bodyText)) : undefined,
        bodyText,
        actor: options.actorOf(request, "api"),
        signal: abort.signal,
      } as unknown as ApiRequest<never>;
      const answer: unknown = await handler(input);
      if (route.text) {
        void reply.type("text/plain; charset=utf-8");
        return Readable.from(answer as AsyncIterable<string>);
      }
      void reply.status(route.status ?? 200).type("application/json; charset=utf-8");
      return JSON.stringify(answer);
    },
  });
}

function addGateRoute(server: FastifyInstance, options: HttpOptions, route: GateRoute): void {
  server.route({
    method: route.method,
    url: route.path,
    handler: async (request, reply) => {
      const bodyText = typeof request.body === "string" ? request.body : "";
      const answer = await route.handle({
        params: request.params as Record<string, string>,
        query: firstValues(request.query as Record<string, string | string[]>),
        body: bodyText === "" ? undefined : parseJsonBody(bodyText),
        bodyText,
        actor: options.actorOf(request, "gate"),
      });
      void reply.status(answer.status ?? 200).type("application/json; charset=utf-8");
      return answer.body === undefined ? "" : JSON.stringify(answer.body);
    },
  });
}

function firstValues(query: Record<string, string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([key, value]) => [key, Array.isArray(value) ? value.join(",") : value]));
}

function answerError(options: HttpOptions, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = toFailure(error);
  if (failure.unexpected) {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    options.log("error", "a request failed unexpectedly", { requestId: request.id, method: request.method, path: request.url.split("?")[0], cause });
  }
  const problems = failure.problems.length > 0 ? { problems: failure.problems } : {};
  if (request.url.startsWith("/api/v1")) {
    return reply.status(failure.status).type("application/problem+json; charset=utf-8").send(JSON.stringify({
      type: "about:blank",
      title: failure.code.replaceAll("_", " "),
      status: failure.status,
      detail: failure.message,
      code: failure.code,
      requestId: request.id,
      retryable: errorTable[failure.code].retryable,
      ...problems,
    }));
  }
  return reply.status(failure.status).type("application/json; charset=utf-8").send(JSON.stringify({
    timestamp: Date.now(),
    status: failure.status,
    error: reasonPhrases[failure.status] ?? "Error",
    message: failure.message,
    ...problems,
  }));
}

const reasonPhrases: Record<number, string> = {
  400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
  413: "Payload Too Large", 415: "Unsupported Media Type", 429: "Too Many Requests", 500: "Internal Server Error",
  502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
};
