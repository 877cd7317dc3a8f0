import { z } from "zod";
import { problemDocument } from "./resources/common.ts";
import { liveEvent } from "./resources/system.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

type Schema = Record<string, unknown>;

const tags = [
  ["system", "This process, its accounts and what was done"],
  ["applications", "What is delivered"],
  ["pipelines", "How it is delivered (Spinnaker's JSON)"],
  ["executions", "Runs of pipelines and single operations"],
  ["clusters", "What runs, and the traffic it gets"],
  ["kubernetes", "Objects, logs and events of clusters"],
  ["canary", "Canary configs and judgements"],
  ["artifacts", "Artifacts: their accounts, the store, fetching"],
  ["secrets", "Secrets that the database keeps, encrypted"],
  ["engine", "The engine as a whole: pauses and freeze calendars"],
  ["projects", "Projects: applications and pipelines shown together"],
  ["access", "People, roles, tokens and sessions: who may do what, and why"],
  ["import", "Taking documents over from a Spinnaker, and giving them back"],
  ["audit", "Who did what: search, export, verification of the seals"],
] as const;

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
    info: {
      title: "Gennaker",
      version,
      description: "Continuous delivery and reliability.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: tags.map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: { Problem: schemaOf(problemDocument, "output"), LiveEvent: schemaOf(liveEvent, "output") } },
  };
}

const failure: Schema = {
  description: "What went wrong, and what to do next",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

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
      default: failure,
    },
  };
}

/** What path parameters stand for, wherever they occur. */
const pathValues: Record<string, string> = {
  application: "an application's name, in any case",
  pipeline: "a pipeline's id",
  execution: "an execution's id (ULID)",
  stage: "a stage's id, or its refId",
  account: "an account's name",
  region: "a region of the account",
  serverGroup: "a server group's name, e.g. shop-prod-v003",
  instance: "an instance's id",
  namespace: "a namespace of the cluster",
  kind: "a kind, e.g. deployment or CronTab.stable.example.com",
  name: "the name of an object of a cluster",
  canaryConfig: "a canary config's id",
  project: "a project's id or name",
  secret: "its name",
  freeze: "a freeze calendar's name",
  user: "the user's name",
  role: "the role's name",
  session: "the session's id",
  token: "the token's id",
  import: "the import's id",
  comparison: "the comparison's id",
  exception: "the id of an exception of a freeze calendar",
};

function pathParameters(route: Route): Schema[] {
  return [...route.path.matchAll(/:([A-Za-z]+)/g)].map((match) => ({
    name: match[1],
    in: "path",
    required: true,
    description: pathValues[match[1] ?? ""] ?? "",
    schema: { type: "string" },
  }));
}

function queryParameters(route: Route): Schema[] {
  if (!route.query) return [];
  const schema = schemaOf(route.query, "input") as { properties?: Record<string, Schema> };
  return Object.entries(schema.properties ?? {}).map(([name, { description, ...property }]) => ({
    name,
    in: "query",
    required: false,
    description: description ?? "",
    schema: property,
  }));
}

function eventsOperation(): Schema {
  return {
    operationId: "followEvents",
    summary: "Live events (server-sent events); send Last-Event-ID to replay what was missed",
    tags: ["system"],
    parameters: [
      {
        name: "application",
        in: "query",
        required: false,
        description: "only events of this application",
        schema: { type: "string" },
      },
      {
        name: "subject",
        in: "query",
        required: false,
        description: "only events about this id",
        schema: { type: "string" },
      },
      {
        name: "cursor",
        in: "query",
        required: false,
        description: "as Last-Event-ID, for the first connection",
        schema: { type: "string" },
      },
      {
        name: "Last-Event-ID",
        in: "header",
        required: false,
        description: "the id of the last event seen",
        schema: { type: "string" },
      },
    ],
    responses: {
      200: {
        description: "An endless stream; each event's data is a LiveEvent",
        content: { "text/event-stream": { schema: { type: "string" } } },
      },
      default: failure,
    },
  };
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Schema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Schema;
  return rest;
}
