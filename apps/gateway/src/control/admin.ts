import http from "node:http";

import { jsonPointer } from "@gennaker/gateway-config/snapshot.ts";

import type { Gateway } from "../gateway.ts";
import { successorSchema } from "./handover.ts";
import { metricsContentType } from "./metrics.ts";

const maxBodyBytes = 64 * 1024 * 1024;
export const defaultDrainMs = 30_000;

export interface AdminEvents {
  /** A drain was asked for; the process leaves when it is over. */
  drain(timeoutMs: number): void;
}

/** The admin API as an HTTP server that still has to listen. Errors are `{error:{status, code, message, problems?}}`. */
export function createAdmin(gateway: Gateway, events: AdminEvents): http.Server {
  return http.createServer((request, response) => {
    handle(gateway, events, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else fail(response, 500, "internal", error instanceof Error ? error.message : String(error));
    });
  });
}

async function handle(
  gateway: Gateway,
  events: AdminEvents,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://gateway");
  switch (`${request.method} ${url.pathname}`) {
    case "PUT /v1/snapshot":
      await putSnapshot(gateway, request, response);
      return;
    case "GET /v1/snapshot": {
      const snapshot = gateway.snapshot();
      if (snapshot) send(response, 200, snapshot);
      else fail(response, 404, "noSnapshot", "no snapshot was put yet");
      return;
    }
    case "GET /v1/status":
      send(response, 200, gateway.status());
      return;
    case "GET /metrics":
      response.writeHead(200, { "content-type": metricsContentType });
      response.end(gateway.metrics());
      return;
    case "POST /v1/drain": {
      const given = url.searchParams.get("timeoutMs");
      const timeoutMs = given === null ? defaultDrainMs : Number(given);
      if (!Number.isInteger(timeoutMs) || timeoutMs < 0 || timeoutMs > 86_400_000) {
        fail(response, 400, "badTimeout", "timeoutMs must be a whole number of milliseconds from 0 to 86400000");
        return;
      }
      request.resume();
      send(response, 202, { draining: true, pid: process.pid, timeoutMs });
      events.drain(timeoutMs);
      return;
    }
    case "POST /v1/handover": {
      const document = await readJson(request, response);
      if (document === undefined) return;
      const successor = successorSchema.safeParse(document.value);
      if (!successor.success) {
        const problems = successor.error.issues.map(({ path, message }) => ({
          pointer: jsonPointer(path),
          reason: message,
        }));
        fail(response, 400, "badSuccessor", "the description of the successor was refused", problems);
        return;
      }
      try {
        const pid = await gateway.handOver(successor.data);
        send(response, 200, { pid });
        events.drain(defaultDrainMs);
      } catch (error) {
        fail(
          response,
          503,
          "handoverFailed",
          `${error instanceof Error ? error.message : String(error)}; nothing was changed`,
        );
      }
      return;
    }
    default:
      fail(response, 404, "notFound", `${request.method} ${url.pathname} is not part of this API`);
  }
}

/** The body as JSON; undefined when it was refused and answered. */
async function readJson(
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<{ value: unknown } | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > maxBodyBytes) {
      response.setHeader("connection", "close");
      fail(response, 413, "tooLarge", `a body is limited to ${maxBodyBytes} bytes`);
      return undefined;
    }
    pieces.push(piece);
  }
  try {
    return { value: JSON.parse(Buffer.concat(pieces).toString("utf8")) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : "not JSON";
    fail(response, 400, "invalidSnapshot", "the body is not JSON", [{ pointer: "", reason }]);
    return undefined;
  }
}

async function putSnapshot(
  gateway: Gateway,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const document = await readJson(request, response);
  if (document === undefined) return;
  const result = await gateway.put(document.value);
  switch (result.kind) {
    case "applied":
      send(response, 200, { generation: result.generation, changed: result.changed });
      return;
    case "invalid": {
      const first = result.problems[0];
      const message = `the snapshot was refused: ${first?.pointer ?? ""} ${first?.reason ?? ""}`;
      fail(response, 400, "invalidSnapshot", message, result.problems);
      return;
    }
    case "stale":
      send(response, 409, {
        error: { status: 409, code: "staleGeneration", message: result.message, generation: result.generation },
      });
      return;
    case "failed":
      fail(response, 503, "notKept", result.message);
  }
}

function send(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(body)}\n`);
}

function fail(response: http.ServerResponse, status: number, code: string, message: string, problems?: unknown): void {
  send(response, status, { error: { status, code, message, ...(problems === undefined ? {} : { problems }) } });
}
