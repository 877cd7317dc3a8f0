import type { RouteName } from "@gennaker/contract/routes.ts";
import type { Permission } from "@gennaker/contract/permission.ts";
import { permissions } from "@gennaker/contract/permissions.ts";
import { routes } from "@gennaker/contract/routes.ts";
import type { Route } from "@gennaker/contract/route.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import Fastify from "fastify";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ServerOptions } from "node:https";
import { ulid } from "ulid";
import type { Actor } from "../audit/api.ts";
import type { HttpAccess } from "./access.ts";
import { plainPermissions } from "./access.ts";
import type { GateRoute, Handler, Handlers } from "./api.ts";
import { addApiRoute } from "./add-api-route.ts";
import { addGateRoute } from "./add-gate-route.ts";
import { answerError } from "./answer-error.ts";
import { isForm, isJsonMediaType, refusedBecause } from "./browser-safety.ts";
import { drainBody } from "./drain-body.ts";
import { createMethodIndex } from "./method-index.ts";
import { securityHeaders } from "./security-headers.ts";

const mebibyte = 1024 * 1024;
/** Documents (pipelines, tasks, canary configs) may be this long; routes may set less. */
const longestBody = 25 * mebibyte;
/** Milliseconds from a request's first byte to its last. */
const longestSending = 120_000;
const longestPathValue = 8_192;

export type HttpOptions = {
  handlers: Handlers;
  gateRoutes: readonly GateRoute[];
  /** Names besides loopback that this server is reached by. */
  allowedHosts: ReadonlySet<string>;
  /** Proxies that say who asks; nobody else's word is taken. */
  trustedProxies: readonly string[];
  /** Who asks: read from the request by `access`. */
  actorOf(
    request: { headers: Record<string, string | string[] | undefined>; ip: string; id: string },
    via: "api" | "gate",
  ): Actor;
  /** Null: nobody logs in, and everybody may do everything. */
  access: HttpAccess | null;
  /** What each of Gate's paths asks, by method and path. */
  gatePermissions: Readonly<Record<string, Permission>>;
  log(level: "info" | "warn" | "error", message: string, details?: Record<string, unknown>): void;
  /** Certificate and key, where the port speaks TLS. */
  https: ServerOptions | null;
  /** Whether browsers come over TLS although this port does not speak it. */
  encrypted: boolean;
  /** Adds routes that are no JSON calls: the UI's files, the event stream, metrics. */
  extend(server: FastifyInstance): Promise<void>;
};

/** The main port: the own API from the route table, Gate's paths, and one place that turns errors into answers. */
export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const closing = new AbortController();
  const onError = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    answerError(options.log, error, request, reply);
  const server = Fastify({
    bodyLimit: longestBody,
    // Whoever has not sent its request by then holds a connection for nothing.
    requestTimeout: longestSending,
    routerOptions: { maxParamLength: longestPathValue, ignoreTrailingSlash: true },
    genReqId: () => ulid(),
    forceCloseConnections: "idle",
    logger: false,
    ...(options.trustedProxies.length === 0 ? {} : { trustProxy: [...options.trustedProxies] }),
    frameworkErrors: onError,
    // The instance is the same either way; only its listener differs.
    ...(options.https === null ? {} : { https: options.https as never }),
  });
  const headers = securityHeaders(options.https !== null || options.encrypted);
  const methods = createMethodIndex();
  server.addHook("onRoute", ({ method, url }) => methods.add(method, url));
  server.addHook("onRequest", async (request, reply) => {
    void reply.headers(headers);
    guard(request, options.allowedHosts);
    if (options.access !== null) {
      const answered = await ask(options.access, request, reply);
      if (answered) return answered;
    }
    if (request.method === "OPTIONS") return answerOptions(request, reply, methods.of(pathOf(request)));
    return undefined;
  });
  server.addHook("preClose", async () => closing.abort());
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, text, done) => done(null, text));
  server.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error.statusCode === 413) await drainBody(request.raw);
    return onError(error, request, reply);
  });
  server.setNotFoundHandler((request, reply) => {
    const allowed = methods.of(pathOf(request));
    if (allowed.length === 0)
      throw new GennakerError("not_found", `There is nothing at ${request.method} ${pathOf(request)}.`);
    void reply.header("allow", allowed.join(", "));
    throw new GennakerError(
      "method_not_allowed",
      `${pathOf(request)} does not take ${request.method}. Use ${allowed.join(", ")}.`,
    );
  });

  const actorOf = (request: FastifyRequest, via: "api" | "gate") =>
    options.access === null ? options.actorOf(request, via) : options.access.actorOf(request, via);
  for (const name of Object.keys(routes) as RouteName[]) {
    const handler = options.handlers[name] as Handler<never> | undefined;
    if (!handler) throw new Error(`the route ${name} has no handler`);
    const route: Route = routes[name];
    addApiRoute(server, {
      route,
      handler,
      actorOf: (request) => actorOf(request, "api"),
      closing: closing.signal,
      access: options.access,
      permission: permissions[name] ?? null,
    });
  }
  for (const route of options.gateRoutes) {
    const permission = options.gatePermissions[`${route.method} ${route.path}`] ?? null;
    addGateRoute(server, {
      route,
      actorOf: (request) => actorOf(request, "gate"),
      access: options.access,
      permission,
    });
  }
  await options.extend(server);
  return server;
}

/** Lets the caller in, and asks at once where no path, query or body has to be read for it. */
async function ask(
  access: HttpAccess,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const { config, url } = request.routeOptions;
  const method = request.method === "HEAD" ? "GET" : request.method;
  const permission = config.permission ?? plainPermissions[`${method} ${url ?? ""}`] ?? null;
  const answered = await access.admit(request, reply, permission);
  if (answered) return answered;
  if (url !== undefined && config.asksLater !== true && method !== "OPTIONS")
    await access.permit(request, permission, { params: request.params, query: request.query, body: undefined });
  return undefined;
}

/** Browser safety: who may call, and with which bodies. */
function guard(request: FastifyRequest, allowedHosts: ReadonlySet<string>): void {
  const { host, origin, "content-type": contentType, "sec-fetch-site": site } = request.headers;
  const refused = refusedBecause({ host, origin, allowedHosts });
  if (refused) throw new GennakerError("foreign_origin", refused);
  if (request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS") return;
  if (site === "cross-site")
    throw new GennakerError("foreign_origin", "A page of another site may not change anything here.");
  const length = request.headers["content-length"];
  const hasBody = length === undefined ? request.headers["transfer-encoding"] !== undefined : length !== "0";
  if (request.routeOptions.config.form === true && isForm(contentType)) return;
  if ((hasBody || contentType !== undefined) && !isJsonMediaType(contentType)) {
    throw new GennakerError("unsupported_media_type", "Send the body as application/json.");
  }
}

function answerOptions(request: FastifyRequest, reply: FastifyReply, allowed: readonly string[]): FastifyReply {
  if (allowed.length === 0) throw new GennakerError("not_found", `There is nothing at ${pathOf(request)}.`);
  return reply
    .status(204)
    .header("allow", [...allowed, "OPTIONS"].join(", "))
    .send();
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?")[0] ?? "/";
}
