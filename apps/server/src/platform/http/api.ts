import type { Resource, Verb } from "@gennaker/contract/permission.ts";
import type { RouteName, Routes } from "@gennaker/contract/routes.ts";
import type { RouteParams, RouteResponse } from "@gennaker/contract/route.ts";
import type { z } from "zod";
import type { Actor } from "../audit/api.ts";

type Read<T> = T extends z.ZodType ? z.output<T> : undefined;

/** A request after parsing and checking. `signal` is aborted when the caller goes away. */
export type ApiRequest<N extends RouteName> = {
  params: RouteParams<Routes[N]>;
  query: "query" extends keyof Routes[N] ? Read<Routes[N]["query"]> : undefined;
  body: "body" extends keyof Routes[N] ? Read<Routes[N]["body"]> : undefined;
  /** The body as it was received, for documents that are kept word for word. */
  bodyText: string;
  actor: Actor;
  refusal: Refusal;
  /** Whether the caller may see something of an application (null: of none), for streams; asks anew each time. */
  sees(): Promise<(application: string | null) => boolean>;
  signal: AbortSignal;
  /** What the caller may see of a list, for answers that are paged or streamed; null: everything. */
  shown: (<T>(list: readonly T[]) => readonly T[]) | null;
};

/**
 * Why the caller may not do all of what a part of the request asks (and have the triggers of its document run as whom it
 * names), null when they may: for requests of many parts that are allowed or refused one by one.
 */
type Refusal = (wanted: readonly { verb: Verb; resource: Resource }[], document: unknown) => Promise<string | null>;

export type Handler<N extends RouteName> = (
  request: ApiRequest<N>,
) => Promise<RouteResponse<Routes[N]> | AsyncIterable<string>>;

/** What a feature gives the server: handlers for some rows of the route table. */
export type Handlers = { [N in RouteName]?: Handler<N> };

/** A Gate or Kayenta request: free JSON, translated by `gate/`. */
export type GateRequest = {
  params: Record<string, string>;
  query: Record<string, string | undefined>;
  body: unknown;
  bodyText: string;
  actor: Actor;
  /** Whether the caller may see something of an application (null: of none): for answers whose lists lie deeper, or are counted. */
  sees(): Promise<(application: string | null) => boolean>;
};

/** `body` is answered as JSON; `text` is JSON already; `content` is neither, and says what it is. */
type GateReply = { status?: number } & (
  | { body: unknown }
  | { text: string }
  | { content: string | AsyncIterable<Uint8Array>; mediaType: string }
);

export type GateRoute = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Fastify's path syntax, e.g. `/applications/:application`. */
  path: string;
  /** Takes a whole document (up to 25 MiB) rather than a command (up to 1 MiB). */
  document?: boolean;
  handle(request: GateRequest): Promise<GateReply>;
};
