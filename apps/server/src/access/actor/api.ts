import type { Actor } from "../../platform/audit/api.ts";

type Request = { headers: Record<string, string | string[] | undefined>; ip: string; id: string };

const longestName = 250;

/**
 * Who asks. Without authentication only loopback is served and a caller may say its name (`X-Spinnaker-User`), which
 * audit and judgements then show; without a name it is `anonymous`.
 */
export function actorOf(request: Request, via: "api" | "gate"): Actor {
  const named = request.headers["x-spinnaker-user"];
  const name = (Array.isArray(named) ? named[0] : named)?.trim().slice(0, longestName);
  const userAgent = request.headers["user-agent"];
  return {
    user: name ? name.replace(/[^\x20-\x7e\u00a0-\uffff]/g, "") : "anonymous",
    roles: [],
    via,
    requestId: request.id,
    address: request.ip,
    ...(typeof userAgent === "string" ? { userAgent: userAgent.slice(0, 500) } : {}),
  };
}
