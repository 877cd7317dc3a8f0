import type { Permission, Resource, Verb } from "@gennaker/contract/permission.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "../audit/api.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the route asks of the caller; null: nobody has said, so it is for administrators. */
    permission?: Permission | null;
    /** The route asks once path, query and body are read, instead of before. */
    asksLater?: boolean;
    /** Open to everybody, and reading it costs something: counted as changes are. */
    limited?: boolean;
    /** Takes a form instead of JSON: pages without scripts. */
    form?: boolean;
  }
}

/** What a request names: where permissions look for resources. */
type RequestParts = { params: unknown; query: unknown; body: unknown };

/** Who may do what over HTTP. `access` implements it; where nobody logs in there is none. */
export type HttpAccess = {
  /** Before anything is read. Throws `unauthenticated` unless the route is for everybody; may answer by itself. */
  admit(request: FastifyRequest, reply: FastifyReply, permission: Permission | null): Promise<FastifyReply | undefined>;
  /** Throws `forbidden` with the reason, after it was audited. */
  permit(request: FastifyRequest, permission: Permission | null, parts: RequestParts): Promise<void>;
  /** Why the caller may not do all of this, with documents that may have triggers run as somebody; null: they may. Not audited. */
  refusal(
    request: FastifyRequest,
    wanted: readonly { verb: Verb; resource: Resource }[],
    document: unknown,
  ): Promise<string | null>;
  /** The answer with what the caller may see of it. */
  shown(request: FastifyRequest, permission: Permission | null, answer: unknown): unknown;
  /** Whether the caller may see something of an application (null: of none), for streams; asks anew each time. */
  sees(request: FastifyRequest): Promise<(application: string | null) => boolean>;
  actorOf(request: FastifyRequest, via: "api" | "gate"): Actor;
};

/** What those routes ask that are no rows of a table, by method and pattern. */
export const plainPermissions: Readonly<Record<string, Permission>> = {
  "GET /health": "everybody",
  "GET /": "everybody",
  "GET /metrics": { needs: [{ verb: "read", kind: "system" }] },
  "GET /api/v1/openapi.json": { needs: [] },
  "GET /api/v1/events": { needs: [] },
  "GET /ui": { needs: [] },
  "GET /ui/*": { needs: [] },
};
