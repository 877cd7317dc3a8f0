import type { Claims } from "./jwt.ts";

const event = "http://schemas.openid.net/event/backchannel-logout";
const longestAgeSeconds = 600;

type Expected = { issuer: string; clientId: string; skewSeconds: number; now: number };
export type LoggedOut = { session: string | null; subject: string | null; id: string };

/** What a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6) whose signature is good ends; otherwise why it is refused. */
export function readLogoutToken(claims: Claims, header: Claims, expected: Expected): LoggedOut | string {
  const { iss, aud, iat, exp, jti, sid, sub, events } = claims;
  const now = Math.floor(expected.now / 1_000);
  if (header["typ"] !== undefined && !/^(application\/)?(logout\+)?jwt$/i.test(String(header["typ"])))
    return "is no logout token";
  if (iss !== expected.issuer) return "is of another issuer";
  if (![aud].flat().includes(expected.clientId)) return "is for another client";
  if (typeof iat !== "number" || iat > now + expected.skewSeconds) return "is of the future";
  if (iat < now - longestAgeSeconds - expected.skewSeconds) return "is too old";
  if (exp !== undefined && (typeof exp !== "number" || exp < now - expected.skewSeconds)) return "is over";
  if (typeof jti !== "string" || jti === "") return "has no id, so it could be used again";
  if (typeof events !== "object" || events === null || !Object.hasOwn(events, event)) return "tells of no logout";
  // An ID token must not pass for one.
  if (claims["nonce"] !== undefined) return "has a nonce, which only ID tokens have";
  const [session, subject] = [sid, sub].map((value) => (typeof value === "string" && value !== "" ? value : null));
  if ((session ?? subject ?? null) === null) return "names neither a session nor a person";
  return { session: session ?? null, subject: subject ?? null, id: jti };
}
