import type { Permission } from "@gennaker/contract/permission.ts";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Actor } from "../audit/api.ts";
import { parseExact, stringifyExact } from "../values/exact-numbers.ts";
import type { HttpAccess } from "./access.ts";
import { longestCommand } from "./add-api-route.ts";
import type { GateRoute } from "./api.ts";
import { checkedParams } from "./checked-params.ts";
import { parseJsonBody } from "./json-body.ts";

export type GateRouteOptions = {
  route: GateRoute;
  actorOf(request: FastifyRequest): Actor;
  access: HttpAccess | null;
  permission: Permission | null;
};

/** One of Gate's paths as a route of the server; every answer of JSON says so, the empty ones too. */
export function addGateRoute(server: FastifyInstance, { route, actorOf, access, permission }: GateRouteOptions): void {
  server.route({
    method: route.method,
    url: route.path,
    ...(route.document === true ? {} : { bodyLimit: longestCommand }),
    config: { permission, asksLater: true },
    handler: async (request, reply) => {
      const bodyText = typeof request.body === "string" ? request.body : "";
      const input = {
        params: checkedParams(request.params as Record<string, string>),
        query: joinedValues(checkedParams(request.query as Record<string, string | string[]>)),
        body: bodyText.trim() === "" ? undefined : parseJsonBody(bodyText),
        bodyText,
        actor: actorOf(request),
        sees: async () => (access === null ? () => true : access.sees(request)),
      };
      await access?.permit(request, permission, input);
      const answer = await route.handle(input);
      void reply.status(answer.status ?? 200).header("cache-control", "no-store");
      if ("content" in answer) {
        void reply.type(answer.mediaType).header("x-content-type-options", "nosniff");
        return typeof answer.content === "string" ? answer.content : Readable.from(answer.content);
      }
      void reply.type("application/json; charset=utf-8");
      const shown = (body: unknown) => (access === null ? body : access.shown(request, permission, body));
      if ("text" in answer) {
        if (access === null || permission === null || permission === "everybody" || permission.shows === undefined)
          return answer.text;
        return stringifyExact(shown(parseExact(answer.text)), answer.text);
      }
      return answer.body === undefined ? "" : JSON.stringify(shown(answer.body));
    },
  });
}

/** A key given several times is taken as a comma-separated list. */
function joinedValues(query: Record<string, string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([key, value]) => [key, Array.isArray(value) ? value.join(",") : value]),
  );
}
