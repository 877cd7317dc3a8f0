import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./faults.ts";
import { FakeStatus } from "./status.ts";
import type { Json } from "./types.ts";

export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new FakeStatus(400, "BadRequest", "the body is no JSON");
  }
}

/** Sends a JSON answer, spoilt by the fault where there is one. */
export async function sendJson(
  response: ServerResponse,
  code: number,
  body: Json,
  fault: Fault | null,
  headers: Record<string, string> = {},
): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(body));
  if (fault?.drop === "after") {
    response.destroy();
    return;
  }
  response.writeHead(code, { "content-type": "application/json", "content-length": bytes.length, ...headers });
  if (fault?.cutAfterBytes !== undefined) {
    response.write(bytes.subarray(0, fault.cutAfterBytes), () => response.destroy());
    return;
  }
  if (fault?.slowBody === undefined) {
    response.end(bytes);
    return;
  }
  for (let at = 0; at < bytes.length && !response.destroyed; at += fault.slowBody.bytes) {
    response.write(bytes.subarray(at, at + fault.slowBody.bytes));
    await sleep(fault.slowBody.everyMs);
  }
  response.end();
}

/** Carries out what a fault does before the work. True where the request is finished by it. */
export async function spoilEarly(fault: Fault | null, response: ServerResponse): Promise<boolean> {
  if (fault === null) return false;
  if (fault.delayMs !== undefined) await sleep(fault.delayMs);
  if (fault.drop === "before") {
    response.destroy();
    return true;
  }
  if (fault.rawBody !== undefined) {
    response.writeHead(fault.status ?? 200, { "content-type": "text/html" }).end(fault.rawBody);
    return true;
  }
  if (fault.status === undefined) return false;
  const after = fault.retryAfterSeconds;
  throw new FakeStatus(
    fault.status,
    fault.reason ?? (fault.status === 429 ? "TooManyRequests" : "InternalError"),
    fault.message ?? "a fault of the test",
    after === undefined ? undefined : { retryAfterSeconds: after },
    after === undefined ? {} : { "retry-after": String(after) },
  );
}
