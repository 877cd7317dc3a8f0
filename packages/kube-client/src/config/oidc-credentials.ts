import type * as Library from "undici";
import { undici } from "../http/undici.ts";
import { isRecord } from "../objects.ts";
import type { Credentials } from "./connection.ts";
import { configurationError, credentialError } from "./configuration-error.ts";
import { renewingCredentials } from "./renewing.ts";
import { bearer } from "./static-credentials.ts";

export type OidcConfig = {
  issuerUrl: string;
  clientId: string;
  clientSecret: string;
  idToken: string;
  refreshToken: string;
  /** PEM texts of the issuer's authority; null: the system's. */
  ca: string | null;
};

/**
 * kubectl's built-in `oidc` auth provider: the id token is the bearer token, and is renewed by the refresh token.
 * A refresh token that the issuer replaces is kept in memory and handed to `onRotated`; no file is written here.
 */
export function oidcCredentials(
  config: OidcConfig,
  options: {
    now?: () => number;
    timeoutMs?: number;
    onRotated?: (tokens: { idToken: string; refreshToken: string }) => void;
  } = {},
): Credentials {
  const { now = Date.now } = options;
  let { idToken, refreshToken } = config;
  let refused = false;

  const credentials = renewingCredentials(
    `OIDC of ${config.issuerUrl}`,
    async () => {
      const expiresAt = expiryOf(idToken);
      if (!refused && idToken !== "" && expiresAt !== null && expiresAt - 10_000 > now()) {
        return { material: bearer(idToken), expiresAt };
      }
      if (refreshToken === "") {
        throw credentialError("the id token has expired and there is no refresh-token: log in again.");
      }
      const answer = await refresh(config, refreshToken, options.timeoutMs ?? 20_000);
      refused = false;
      idToken = answer.idToken;
      refreshToken = answer.refreshToken ?? refreshToken;
      options.onRotated?.({ idToken, refreshToken });
      return { material: bearer(idToken), expiresAt: expiryOf(idToken) };
    },
    { now },
  );
  return {
    ...credentials,
    invalidate() {
      refused = true;
      return credentials.invalidate() && refreshToken !== "";
    },
  };
}

async function refresh(config: OidcConfig, refreshToken: string, timeoutMs: number) {
  const issuer = config.issuerUrl.replace(/\/$/, "");
  if (!URL.canParse(issuer)) throw configurationError(`idp-issuer-url ${config.issuerUrl} is no URL.`);
  const dispatcher = new (undici().Agent)({ connect: config.ca === null ? {} : { ca: config.ca } });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const metadata = await answerOf(
      undici().request(`${issuer}/.well-known/openid-configuration`, { dispatcher, signal }),
      issuer,
    );
    const endpoint = metadata["token_endpoint"];
    if (typeof endpoint !== "string") throw credentialError(`${issuer} names no token_endpoint.`);
    const form = { grant_type: "refresh_token", refresh_token: refreshToken, client_id: config.clientId };
    const tokens = await answerOf(
      undici().request(endpoint, {
        dispatcher,
        signal,
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          ...(config.clientSecret === "" ? {} : { authorization: basicOf(config.clientId, config.clientSecret) }),
        },
        body: new URLSearchParams(form).toString(),
      }),
      issuer,
    );
    const { id_token: idToken, refresh_token: rotated } = tokens;
    if (typeof idToken !== "string") throw credentialError(`${issuer} renewed no id token; ask for the scope openid.`);
    return { idToken, refreshToken: typeof rotated === "string" ? rotated : null };
  } finally {
    await dispatcher.destroy();
  }
}

async function answerOf(pending: ReturnType<typeof Library.request>, issuer: string): Promise<Record<string, unknown>> {
  let code: number;
  let body: unknown;
  try {
    const answer = await pending;
    code = answer.statusCode;
    body = await answer.body.json();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw credentialError(`the identity provider ${issuer} cannot be asked: ${words}.`, cause);
  }
  if (code >= 300 || !isRecord(body)) {
    const reason = isRecord(body) && typeof body["error"] === "string" ? `: ${body["error"]}` : "";
    throw credentialError(`the identity provider ${issuer} answered ${code}${reason}. Log in again.`);
  }
  return body;
}

/** Client id and secret are form-encoded before the base64 (RFC 6749, section 2.3.1). */
function basicOf(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`;
}

/** `exp` of a JWT in epoch milliseconds; null where it cannot be read. The server checks the signature, not we. */
function expiryOf(token: string): number | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return isRecord(claims) && typeof claims["exp"] === "number" ? claims["exp"] * 1000 : null;
  } catch {
    return null;
  }
}
