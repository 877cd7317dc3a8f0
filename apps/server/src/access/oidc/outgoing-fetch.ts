import type { CustomFetch } from "openid-client";
import type { Outgoing } from "../../platform/outgoing/api.ts";

const timeoutMs = 10_000;
const maxBytes = 1_000_000;

/** The provider is called like everything else outside: by the one guarded client. */
export function outgoingFetch(outgoing: Outgoing): CustomFetch {
  return async (url, options) => {
    const answer = await outgoing.send({
      purpose: "oidc",
      method: options.method,
      url,
      headers: options.headers,
      body: bodyOf(options.body),
      timeoutMs,
      maxBytes,
      signal: options.signal ?? AbortSignal.timeout(timeoutMs),
      configured: true,
    });
    return new Response(answer.status === 204 ? null : answer.body, { status: answer.status, headers: answer.headers });
  };
}

function bodyOf(body: unknown): string | Uint8Array | null {
  if (body === null || body === undefined) return null;
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError("a body of this kind cannot be sent to a provider");
}
