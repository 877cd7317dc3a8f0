import { createHash, randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { errorFromAnswer, KubeError } from "../errors.ts";
import { networkError } from "../http/network-error.ts";
import { queryText, type QueryValue, type Sender } from "../http/sender.ts";

export type Upgrade = {
  path: string;
  query: Readonly<Record<string, QueryValue>>;
  /** Subprotocols, the best first. */
  protocols: readonly string[];
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
};

const magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Opens a WebSocket through the client's own connections. A refusal is the server's own error, with its words. */
export async function openUpgrade(sender: Sender, upgrade: Upgrade): Promise<{ socket: Duplex; protocol: string }> {
  try {
    return await attempt(sender, upgrade);
  } catch (error) {
    if (error instanceof KubeError && error.code === 401 && sender.renewCredentials()) return attempt(sender, upgrade);
    throw error;
  }
}

async function attempt(sender: Sender, upgrade: Upgrade): Promise<{ socket: Duplex; protocol: string }> {
  const { origin, prefix, headers, dispatcher } = await sender.prepare();
  const { promise, resolve, reject } = Promise.withResolvers<{ socket: Duplex; protocol: string }>();
  const key = randomBytes(16).toString("base64");
  const { path } = upgrade;
  const chunks: Buffer[] = [];
  let status = 0;
  let abort: (reason: Error) => void = () => {};
  const failed = (error: unknown, timedOut = false) =>
    networkError(error, { exchange: { method: "GET", path }, server: new URL(origin).host, timedOut });
  const timer = setTimeout(() => {
    reject(failed(null, true));
    abort(new Error("too late"));
  }, upgrade.timeoutMs ?? 30_000);
  const onAbort = () => {
    reject(upgrade.signal?.reason as Error);
    abort(new Error("aborted"));
  };
  upgrade.signal?.throwIfAborted();
  upgrade.signal?.addEventListener("abort", onAbort, { once: true });
  dispatcher.dispatch(
    {
      origin,
      path: `${prefix}${path}${queryText(upgrade.query)}`,
      method: "GET",
      upgrade: "websocket",
      headers: {
        ...headers,
        "sec-websocket-key": key,
        "sec-websocket-version": "13",
        "sec-websocket-protocol": upgrade.protocols.join(", "),
      },
    },
    {
      onRequestStart(controller) {
        abort = (reason) => controller.abort(reason);
      },
      onRequestUpgrade(_controller, _status, answer, socket) {
        const accept = createHash("sha1").update(`${key}${magic}`).digest("base64");
        const protocol = String(answer["sec-websocket-protocol"] ?? "");
        if (answer["sec-websocket-accept"] !== accept || !upgrade.protocols.includes(protocol)) {
          socket.destroy();
          const message = `the server speaks none of ${upgrade.protocols.join(", ")}.`;
          return reject(new KubeError({ code: 0, reason: "Protocol", message, method: "GET", path, retryable: false }));
        }
        resolve({ socket, protocol });
      },
      onResponseStart(_controller, code) {
        status = code;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        const body = Buffer.concat(chunks).toString("utf8");
        reject(errorFromAnswer({ status, body, retryAfter: undefined, method: "GET", path }));
      },
      onResponseError(_controller, error) {
        reject(failed(error));
      },
    },
  );
  return promise.finally(() => {
    clearTimeout(timer);
    upgrade.signal?.removeEventListener("abort", onAbort);
  });
}
