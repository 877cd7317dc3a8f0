import type { z } from "zod";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One row of the route table. Paths are below `/api/v1`; `:name` stands for a path parameter. */
export type Route = {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  /** Status of the good answer; default 200. */
  readonly status?: number;
  /** The body is a whole document (up to 25 MiB) rather than a command (up to 1 MiB). */
  readonly document?: boolean;
  /** Plain text streams (logs) instead of JSON. */
  readonly text?: boolean;
};

/** Keeps each row's exact types, which the typed client and the server's handlers read. */
export function defineRoutes<const T extends Record<string, Route>>(routes: T): T {
  return routes;
}

type ParameterNames<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParameterNames<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

export type RouteParams<R extends Route> = { [K in ParameterNames<R["path"]>]: string };
export type RouteQuery<R extends Route> = R["query"] extends z.ZodType ? z.input<R["query"]> : Record<never, never>;
export type RouteBody<R extends Route> = R["body"] extends z.ZodType ? z.input<R["body"]> : undefined;
export type RouteResponse<R extends Route> = z.output<R["response"]>;
