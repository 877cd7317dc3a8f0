import { z } from "zod";
import { problemDocument } from "./resources/common.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

type Schema = Record<string, unknown>;

/** The OpenAPI 3.1 document of the own API, made from the route table alone. */
export function openApiDocument(version: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const [name, route] of Object.entries(routes as Record<string, Route>)) {
    const path = `/api/v1${route.path.replace(/:([A-Za-z]+)/g, "{$1}")}`;
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(name, route);
  }
  paths["/api/v1/events"] = { get: eventsOperation() };
  return {
    openapi: "3.1.0",
    info: { title: "Gennaker", version, description: "Continuous delivery and reliability.", license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/" }],
    paths,
    components: { schemas: { Problem: schemaOf(problemDocument, "output") } },
  };
}

function operation(operationId: string, route: Route): Schema {
  const good = String(route.status ?? 200);
  const type = route.text ? "text/plain" : "application/json";
  return {
    operationId,
    summary: route.summary,
    tags: [route.tag],
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(route.body
      ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(route.body, "input") } } } }
      : {}),
    responses: {
      [good]: { description: "Done", content: { [type]: { schema: schemaOf(route.response, "output") } } },
      default: {
        description: "What went wrong, and what to do next",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function pathParameters(route: Route): Schema[] {
  return [...route.path.matchAll(/:([A-Za-z]+)/g)].map((match) => ({
    name: match[1], in: "path", required: true, schema: { type: "string" },
  }));
}

function queryParameters(route: Route): Schema[] {
  if (!route.query) return [];
  const schema = schemaOf(route.query, "input") as { properties?: Record<string, Schema> };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({ name, in: "query", required: false, schema: property }));
}

function eventsOperation(): Schema {
  return {
    operationId: "followEvents",
    summary: "Live events (server-sent events); send Last-Event-ID to replay what was missed",
    tags: ["system"],
    parameters: ["application", "subject"].map((name) => ({ name, in: "query", required: false, schema: { type: "string" } })),
    responses: { 200: { description: "An endless stream", content: { "text/event-stream": { schema: { type: "string" } } } } },
  };
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Schema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Schema;
  return rest;
}
