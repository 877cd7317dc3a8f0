import { routes } from "@gennaker/contract/routes.ts";
import type { Route } from "@gennaker/contract/route.ts";
import type { Plugin } from "vite";

/**
 * The browser needs each route's method and path, not the schemas: the table is evaluated while building and written
 * into the bundle as plain data, which keeps the schema library (tens of kilobytes) out of it.
 */
export function routeTable(): Plugin {
  return {
    name: "gennaker:route-table",
    enforce: "pre",
    load(id) {
      if (!id.replaceAll("\\", "/").endsWith("/packages/contract/src/routes.ts")) return null;
      return `export const routes = ${JSON.stringify(plainRoutes())};`;
    },
  };
}

type PlainRoute = { method: string; path: string; body?: true; text?: true };

/** Method and path of every route, and whether it takes a body or answers text. */
export function plainRoutes(): Record<string, PlainRoute> {
  return Object.fromEntries(
    Object.entries(routes as Record<string, Route>).map(([name, { method, path, body, text }]) => [
      name,
      { method, path, ...(body ? { body: true as const } : {}), ...(text ? { text: true as const } : {}) },
    ]),
  );
}
