import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Configuration, IDToken, TokenEndpointResponse, TokenEndpointResponseHelpers } from "openid-client";
import type { Database } from "../../platform/database/api.ts";
import type { Outgoing } from "../../platform/outgoing/api.ts";
import { OutgoingError } from "../../platform/outgoing/api.ts";
import type { ExternalPerson } from "../people/api.ts";
import { GroupSourceError } from "../groups/api.ts";
import { hashOf, randomSecret } from "../people/api.ts";
import type { AccessSettings } from "../settings/api.ts";
import type { Claims } from "./jwt.ts";
import { readJwt } from "./jwt.ts";
import { readLogoutToken } from "./logout-token.ts";
import { outgoingFetch } from "./outgoing-fetch.ts";
import { createProviderKeys } from "./provider-keys.ts";

type OidcSettings = NonNullable<AccessSettings["oidc"]>;

/** Somebody as the provider tells now, with what is kept for asking again and for its logout. */
export type FromProvider = {
  person: ExternalPerson;
  idToken: string | null;
  refreshToken: string | null;
  /** The provider's name for the session. */
  session: string | null;
};

export type Oidc = {
  /** Where to send the browser, and the secret that binds the answer to it. */
  begin(redirectUri: string, next: string): Promise<{ url: string; attempt: string }>;
  /** Checks the provider's answer. Throws `unauthenticated` for whatever is not exactly what was begun. */
  complete(attempt: string | null, answer: URL): Promise<FromProvider & { next: string }>;
  /**
   * Asks anew about somebody, with the refresh token of their login, which is replaced by the one that comes back. Null
   * when the provider no longer takes it. Rejects with GroupSourceError when it cannot be asked.
   */
  refresh(refreshToken: string, externalId: string): Promise<FromProvider | null>;
  /** What a logout token of the provider ends. Throws `invalid_request` for one that is not good, or was used before. */
  loggedOut(token: string): Promise<{ session: string | null; externalId: string | null }>;
  /**
   * Enters the person of an access token that the provider accepts and that was made for us, once a minute, and gives
   * what `enter` gave; null for any other token.
   */
  bearer(token: string, enter: (person: ExternalPerson) => Promise<string>): Promise<string | null>;
  logoutUrl(idToken: string | null, backTo: string): Promise<string | null>;
};

const attemptMinutes = 10;
const rememberedMs = 60_000;
/** What the provider says about itself and its keys is read anew this often, and after a login that failed. */
const configurationMs = 3_600_000;

/** Logins with an OpenID provider: authorization code with PKCE, state and nonce; ID tokens are checked with its keys. */
export function createOidc(settings: OidcSettings, database: Database, outgoing: Outgoing): Oidc {
  let held: { config: Configuration; until: number } | null = null;
  const keys = createProviderKeys((url) =>
    outgoingFetch(outgoing)(url, { method: "GET", headers: {}, body: undefined, redirect: "manual" }),
  );
  const remembered = new Map<string, { user: string | null; until: number }>();

  /** Loaded at the first login: a provider that is down stops nothing else. */
  async function provider(): Promise<{ client: typeof import("openid-client"); config: Configuration }> {
    const client = await import("openid-client");
    if (held !== null && held.until > Date.now()) return { client, config: held.config };
    const metadata = { [client.clockTolerance]: settings.clockSkewSeconds };
    const authentication =
      settings.clientSecret === undefined ? client.None() : client.ClientSecretPost(settings.clientSecret);
    const loopback = /^http:\/\/(127\.|localhost|\[::1\])/.test(settings.issuer);
    try {
      const config = await client.discovery(new URL(settings.issuer), settings.clientId, metadata, authentication, {
        [client.customFetch]: outgoingFetch(outgoing),
        ...(loopback ? { execute: [client.allowInsecureRequests] } : {}),
      });
      config[client.customFetch] = outgoingFetch(outgoing);
      // Tokens that came over TLS are checked with the provider's keys all the same.
      client.enableNonRepudiationChecks(config);
      held = { config, until: Date.now() + configurationMs };
      return { client, config };
    } catch (error) {
      if (held !== null) return { client, config: held.config };
      throw unreachable(settings.issuer, error);
    }
  }

  const idOf = (subject: string) => JSON.stringify([settings.issuer, subject]);

  /** Groups often come only with the user information; its subject must be the token's. */
  async function told(
    client: typeof import("openid-client"),
    config: Configuration,
    tokens: TokenEndpointResponse & TokenEndpointResponseHelpers,
    token: IDToken | null,
  ): Promise<FromProvider> {
    const asks = config.serverMetadata().userinfo_endpoint !== undefined;
    const subject = token?.sub ?? client.skipSubjectCheck;
    const info = asks ? await client.fetchUserInfo(config, tokens.access_token, subject).catch(() => null) : null;
    const person = personOf({ ...info, ...token });
    const groups = info?.[settings.groupsClaim];
    const merged = person.groups.length === 0 && Array.isArray(groups) ? personOf({ ...token, ...info }) : person;
    const refreshToken = tokens.refresh_token ?? null;
    const keep = refreshToken === null ? {} : { keepMinutes: settings.keepMinutes };
    const session = textOf(token?.["sid"]);
    return { person: { ...merged, ...keep }, idToken: tokens.id_token ?? null, refreshToken, session };
  }

  function personOf(claims: Claims): ExternalPerson {
    const name = claims[settings.userClaim];
    const { sub } = claims;
    if (typeof name !== "string" || typeof sub !== "string" || sub === "")
      throw refused(`the provider tells no "${settings.userClaim}"; see access.oidc.userClaim`);
    const groups = claims[settings.groupsClaim];
    return {
      source: "oidc",
      externalId: idOf(sub),
      name,
      displayName: textOf(claims["name"]),
      email: textOf(claims["email"]),
      groups: Array.isArray(groups) ? groups.filter((group): group is string => typeof group === "string") : [],
    };
  }

  async function askedBearer(token: string): Promise<ExternalPerson | null> {
    const { client, config } = await provider();
    const ours = new Set([settings.clientId, ...settings.audiences]);
    if (!(await isForUs(token, ours, client, config))) return null;
    // The provider itself says whether the token is good: signature, expiry and revocation are its business.
    const info = await client.fetchUserInfo(config, token, client.skipSubjectCheck).catch(() => null);
    return info === null ? null : personOf(info);
  }

  async function isForUs(
    token: string,
    ours: ReadonlySet<string>,
    client: typeof import("openid-client"),
    config: Configuration,
  ): Promise<boolean> {
    const claims = jwtClaims(token);
    if (claims !== null) {
      if (claims["iss"] !== config.serverMetadata().issuer) return false;
      return [claims["aud"], claims["azp"], claims["client_id"]]
        .flat()
        .some((each) => typeof each === "string" && ours.has(each));
    }
    if (config.serverMetadata().introspection_endpoint === undefined) return false;
    const told = await client.tokenIntrospection(config, token).catch(() => null);
    return (
      told?.active === true &&
      [told.aud, told.client_id].flat().some((each) => typeof each === "string" && ours.has(each))
    );
  }

  return {
    async begin(redirectUri, next) {
      const { client, config } = await provider();
      const [attempt, state, nonce] = [randomSecret(), client.randomState(), client.randomNonce()];
      const verifier = client.randomPKCECodeVerifier();
      await database.query(
        `insert into access_login (hash, state, nonce, verifier, next, expires_at)
         values ($1, $2, $3, $4, $5, now() + make_interval(mins => $6))`,
        [hashOf(attempt), state, nonce, verifier, next, attemptMinutes],
      );
      await database.query("delete from access_login where expires_at < now()");
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.scopes.join(" "),
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state,
        nonce,
      });
      return { url: url.href, attempt };
    },
    async complete(attempt, answer) {
      const [begun] = await database.query<{ state: string; nonce: string; verifier: string; next: string }>(
        "delete from access_login where hash = $1 and expires_at > now() returning state, nonce, verifier, next",
        [hashOf(attempt ?? "")],
      );
      if (!begun) throw refused("this login was not begun here, took too long, or was used already");
      const { client, config } = await provider();
      const tokens = await client
        .authorizationCodeGrant(config, answer, {
          pkceCodeVerifier: begun.verifier,
          expectedState: begun.state,
          expectedNonce: begun.nonce,
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          // Its keys may just have changed: the next login reads them anew.
          held = null;
          if (isUnreachable(error)) throw unreachable(settings.issuer, error);
          throw refused(error instanceof Error ? error.message : "its answer is not good", error);
        });
      const token = tokens.claims() as IDToken;
      return { ...(await told(client, config, tokens, token)), next: begun.next };
    },
    async refresh(refreshToken, externalId) {
      const { client, config } = await provider().catch(cannotAsk);
      const tokens = await client.refreshTokenGrant(config, refreshToken).catch((error: unknown) => {
        if (error instanceof client.ResponseBodyError && error.error === "invalid_grant") return null;
        held = null;
        return cannotAsk(isUnreachable(error) ? unreachable(settings.issuer, error) : error);
      });
      if (tokens === null) return null;
      const found = await told(client, config, tokens, tokens.claims() ?? null);
      // Whoever it tells of now must be who has logged in.
      if (found.person.externalId !== externalId) return null;
      return { ...found, refreshToken: found.refreshToken ?? refreshToken };
    },
    async loggedOut(token) {
      const jwt = readJwt(token);
      const { config } = await provider();
      const no = (why: string) => new GennakerError("invalid_request", `The logout token ${why}.`);
      if (jwt === null) throw no("cannot be read");
      const { issuer } = config.serverMetadata();
      const { clientId, clockSkewSeconds: skewSeconds } = settings;
      const read = readLogoutToken(jwt.claims, jwt.header, { issuer, clientId, skewSeconds, now: Date.now() });
      if (typeof read === "string") throw no(read);
      if (!(await keys.signed(jwt, config))) throw no("is not signed by the provider");
      const fresh = await database.query(
        `insert into access_logout_seen (hash, expires_at) values ($1, now() + interval '1 hour')
         on conflict do nothing returning 1`,
        [hashOf(JSON.stringify([issuer, read.id]))],
      );
      if (fresh.length === 0) throw no("was used before");
      await database.query("delete from access_logout_seen where expires_at < now()");
      return { session: read.session, externalId: read.subject === null ? null : idOf(read.subject) };
    },
    async bearer(token, enter) {
      const key = hashOf(token).toString("base64");
      const known = remembered.get(key);
      if (known && known.until > Date.now()) return known.user;
      const person = await askedBearer(token);
      const user = person === null ? null : await enter(person);
      if (remembered.size > 1_000) remembered.clear();
      remembered.set(key, { user, until: Date.now() + rememberedMs });
      return user;
    },
    async logoutUrl(idToken, backTo) {
      const found = await provider().catch(() => null);
      if (found === null || found.config.serverMetadata().end_session_endpoint === undefined) return null;
      const hint: Record<string, string> = idToken === null ? {} : { id_token_hint: idToken };
      return found.client.buildEndSessionUrl(found.config, { post_logout_redirect_uri: backTo, ...hint }).href;
    },
  };
}

function cannotAsk(error: unknown): never {
  throw new GroupSourceError(error instanceof Error ? error.message : "The login provider gave no answer.", error);
}

/** What a JWT says, unchecked: only for asking whom it is for before the provider is asked whether it is good. */
function jwtClaims(token: string): Claims | null {
  return readJwt(token)?.claims ?? null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value.slice(0, 320) : null;
}

function isUnreachable(error: unknown): boolean {
  for (let each: unknown = error; each instanceof Error; each = each.cause)
    if (each instanceof OutgoingError) return true;
  return false;
}

function unreachable(issuer: string, cause: unknown): GennakerError {
  return new GennakerError("upstream_failed", `The login provider ${issuer} cannot be reached just now.`, { cause });
}

function refused(reason: string, cause?: unknown): GennakerError {
  return new GennakerError("unauthenticated", `The login at the provider did not succeed: ${reason}.`, { cause });
}
