import type { Route } from "@gennaker/contract/route.ts";
import type { RouteName } from "@gennaker/contract/routes.ts";
import { routes } from "@gennaker/contract/routes.ts";
import type { Given, ToolRequest } from "./api.ts";

/** A tool's input as a request of a route: what its path names is put there, the rest goes to the query or the body. */
export function requestFor(route: RouteName, input: Given): ToolRequest {
  const { method, path }: Route = routes[route];
  const names = [...path.matchAll(/:([A-Za-z]+)/g)].map(([, name = ""]) => name);
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const params = Object.fromEntries(names.map((name) => [name, String(input[name] ?? "")]));
  const rest = given.filter(([name]) => !names.includes(name));
  if (method !== "GET") return { route, params, body: Object.fromEntries(rest) };
  return { route, params, query: Object.fromEntries(rest.map(([name, value]) => [name, String(value)])) };
}

/** The request's address below the server. */
export function addressOf({ route, params = {}, query = {} }: ToolRequest): string {
  const path = routes[route].path.replace(/:([A-Za-z]+)/g, (_all, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
  const search = new URLSearchParams(query).toString();
  return `/api/v1${path}${search === "" ? "" : `?${search}`}`;
}
