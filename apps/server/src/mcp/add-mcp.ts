import type { Route } from "@gennaker/contract/route.ts";
import { routes } from "@gennaker/contract/routes.ts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Ask, Tool, ToolRequest } from "./api.ts";
import { ToolFailure } from "./api.ts";
import { addressOf } from "./request.ts";
import type { McpSettings } from "./settings.ts";

const longestMessage = 4 * 1024 * 1024;
/** What says who asks; every tool's request carries it on, so that the same guard decides as for the own API. */
const credentials = [
  "authorization",
  "cookie",
  "host",
  "origin",
  "x-gennaker-csrf",
  "x-spinnaker-token",
  "x-spinnaker-user",
];

type Options = { settings: McpSettings; version: string };

/**
 * `POST /mcp`: the Model Context Protocol over Streamable HTTP, without sessions: each message is answered by itself, by
 * any replica. A tool asks the own API in the name of the caller; there is no other way to anything. The library and the
 * tools are loaded with the first message.
 */
export function addMcp(server: FastifyInstance, { settings, version }: Options): void {
  if (!settings.enabled) return;
  // A token's scopes limit what its tools may ask, not whether it may ask for any: the guard decides at each.
  server.post("/mcp", { config: { permission: "everybody" }, bodyLimit: longestMessage }, async (request, reply) => {
    const known = await inject(server, request, "mcp", { route: "whoAmI" });
    if (known.statusCode !== 200) {
      void reply.status(known.statusCode).type("application/json; charset=utf-8").header("cache-control", "no-store");
      if (known.headers["www-authenticate"] !== undefined)
        void reply.header("www-authenticate", known.headers["www-authenticate"]);
      return reply.send(known.body);
    }
    const { answerMessage } = await import("./answer-message.ts");
    const answer = await answerMessage(
      {
        url: `http://${request.headers.host ?? "localhost"}/mcp`,
        headers: request.headers,
        body: String(request.body ?? ""),
      },
      { changes: settings.changes, version, askFor: (tool) => askAs(server, request, tool) },
    );
    void reply.status(answer.status).header("cache-control", "no-store");
    for (const [name, value] of answer.headers) void reply.header(name, value);
    return reply.send(await answer.text());
  });
}

function askAs(server: FastifyInstance, request: FastifyRequest, tool: Tool): Ask {
  return async (wanted) => {
    const answer = await inject(server, request, `mcp ${tool.name}`, wanted);
    const body = answer.body === "" ? null : (JSON.parse(answer.body) as unknown);
    if (answer.statusCode < 400) return body;
    throw new ToolFailure(wordsOf(body, answer.statusCode));
  };
}

/** A request of the own API as the caller: through the whole server, guard and audit included. */
async function inject(server: FastifyInstance, request: FastifyRequest, by: string, wanted: ToolRequest) {
  const { method }: Route = routes[wanted.route];
  const own = Object.fromEntries(
    credentials.flatMap((name) => {
      const value = request.headers[name];
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
  const headers = { ...own, "user-agent": `${by}; ${request.headers["user-agent"] ?? "unknown"}` };
  const url = addressOf(wanted);
  if (method === "GET") return server.inject({ method, url, headers, remoteAddress: request.ip });
  return server.inject({
    method,
    url,
    headers: { ...headers, "content-type": "application/json" },
    payload: JSON.stringify(wanted.body ?? {}),
    remoteAddress: request.ip,
  });
}

function wordsOf(body: unknown, status: number): string {
  const { detail, problems } = (body ?? {}) as { detail?: string; problems?: { pointer: string; reason: string }[] };
  const more = (problems ?? []).map(({ pointer, reason }) => `${pointer}: ${reason}`);
  return [detail ?? `The server answered ${status}.`, ...more].join("\n");
}
