import type { Permission } from "@gennaker/contract/permission.ts";
import type { Route } from "@gennaker/contract/route.ts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Readable } from "node:stream";
import type { Actor } from "../audit/api.ts";
import type { HttpAccess } from "./access.ts";
import type { ApiRequest, Handler } from "./api.ts";
import { checkedParams } from "./checked-params.ts";
import { parseJsonBody } from "./json-body.ts";

/** Bodies of routes that take a command rather than a document. */
export const longestCommand = 1024 * 1024;

export type ApiRouteOptions = {
  route: Route;
  handler: Handler<never>;
  actorOf(request: FastifyRequest): Actor;
  /** Aborted when the server closes: endless answers then end. */
  closing: AbortSignal;
  access: HttpAccess | null;
  permission: Permission | null;
};

/** One row of the route table as a route of the server: reads and checks the request, writes the answer. */
export function addApiRoute(server: FastifyInstance, options: ApiRouteOptions): void {
  const { route, handler, actorOf, closing, access, permission } = options;
  server.route({
    method: route.method,
    url: `/api/v1${route.path}`,
    // A HEAD would have the handler open an endless text and never read it.
    exposeHeadRoute: route.text !== true,
    ...(route.document === true ? {} : { bodyLimit: longestCommand }),
    config: { permission, asksLater: true },
    handler: async (request, reply) => {
      const bodyText = typeof request.body === "string" ? request.body : "";
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      const input = {
        params: checkedParams(request.params as Record<string, string>),
        query: route.query?.parse(checkedParams(request.query as Record<string, string>)),
        body: route.body ? route.body.parse(bodyText.trim() === "" ? {} : parseJsonBody(bodyText)) : undefined,
        bodyText,
        actor: actorOf(request),
        refusal: async (wanted, document) => (await access?.refusal(request, wanted, document)) ?? null,
        sees: async () => (access === null ? () => true : access.sees(request)),
        signal: AbortSignal.any([gone.signal, closing]),
        shown: access === null ? null : (list: readonly unknown[]) => access.shown(request, permission, list),
      } as Pick<ApiRequest<never>, "refusal"> as unknown as ApiRequest<never>;
      await access?.permit(request, permission, input);
      const given: unknown = await handler(input);
      const answer = access === null || route.text ? given : access.shown(request, permission, given);
      void reply.header("cache-control", "no-store");
      if (route.text) {
        void reply.type("text/plain; charset=utf-8");
        return Readable.from(answer as AsyncIterable<string>);
      }
      void reply.status(route.status ?? 200).type("application/json; charset=utf-8");
      return JSON.stringify(answer);
    },
  });
}
