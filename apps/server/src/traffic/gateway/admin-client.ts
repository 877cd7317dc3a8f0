import type { Snapshot } from "@gennaker/gateway-config/snapshot.ts";
import type { GatewayStatus } from "@gennaker/gateway-config/status.ts";
import { Agent, request } from "undici";

const timeoutMs = 5_000;

export type PushAnswer = { accepted: true } | { accepted: false; status: number; reason: string };

export type AdminClient = {
  /** The gateway's own view, null when nobody answers on the socket. */
  status(): Promise<GatewayStatus | null>;
  /** Replaces the snapshot; the answer comes when it is durable and in force. Throws when nobody answers. */
  push(snapshot: Snapshot): Promise<PushAnswer>;
  drain(): Promise<void>;
  close(): Promise<void>;
};

/** Talks to a gateway over its admin Unix socket. */
export function createAdminClient(socketPath: string): AdminClient {
  const dispatcher = new Agent({ connect: { socketPath }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });

  async function call(method: "GET" | "PUT" | "POST", path: string, body?: unknown) {
    const answer = await request(`http://gateway${path}`, {
      dispatcher,
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  return {
    async status() {
      const answer = await call("GET", "/v1/status").catch(() => null);
      return answer?.status === 200 ? (JSON.parse(answer.text) as GatewayStatus) : null;
    },
    async push(snapshot) {
      const answer = await call("PUT", "/v1/snapshot", snapshot);
      return answer.status < 300 ? { accepted: true } : { accepted: false, status: answer.status, reason: answer.text.slice(0, 2_000) };
    },
    async drain() {
      await call("POST", "/v1/drain").catch(() => undefined);
    },
    close: () => dispatcher.destroy(),
  };
}
