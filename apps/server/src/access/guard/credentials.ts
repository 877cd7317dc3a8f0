import type { FastifyRequest } from "fastify";

/** What a request shows to say who asks. The first that is there counts; a wrong one is never made good by another. */
export type Credentials =
  | { kind: "token"; secret: string }
  | { kind: "bearer"; token: string }
  | { kind: "basic"; name: string; password: string }
  | { kind: "cookie"; secret: string }
  | { kind: "unreadable" };

export const sessionCookies = ["__Host-gennaker", "gennaker_session"] as const;
const longest = 16_384;

export function credentialsOf({ headers }: Pick<FastifyRequest, "headers">): Credentials | null {
  const token = headers["x-spinnaker-token"];
  if (token !== undefined) return typeof token === "string" ? bearer(token) : { kind: "unreadable" };
  const { authorization } = headers;
  if (authorization !== undefined) return ofAuthorization(authorization);
  const secret = cookieOf(headers.cookie, sessionCookies);
  return secret === null ? null : { kind: "cookie", secret };
}

function ofAuthorization(header: string): Credentials {
  const [, scheme = "", value = ""] = /^([A-Za-z]+) +([\w.~+/=-]+)$/.exec(header) ?? [];
  if (value.length > longest) return { kind: "unreadable" };
  if (scheme.toLowerCase() === "bearer") return bearer(value);
  if (scheme.toLowerCase() !== "basic") return { kind: "unreadable" };
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1 || text.includes("\0")) return { kind: "unreadable" };
  const [name, password] = [text.slice(0, colon), text.slice(colon + 1)];
  // Clients that know only Basic may give a token as the password.
  return password.startsWith("gnk_") ? { kind: "token", secret: password } : { kind: "basic", name, password };
}

function bearer(token: string): Credentials {
  if (token.length > longest) return { kind: "unreadable" };
  return token.startsWith("gnk_") ? { kind: "token", secret: token } : { kind: "bearer", token };
}

/** A cookie's value; null when it is missing, or there twice with different values (somebody else has set one). */
export function cookieOf(header: string | undefined, names: readonly string[]): string | null {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim().split("=", 2));
  for (const name of names) {
    const values = new Set(pairs.filter(([key]) => key === name).map(([, value]) => value ?? ""));
    const [value] = values;
    if (values.size === 1 && value !== undefined && /^[\w-]{20,100}$/.test(value)) return value;
  }
  return null;
}
