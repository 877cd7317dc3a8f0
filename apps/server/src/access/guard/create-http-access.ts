import { timingSafeEqual } from "node:crypto";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Permission, Verb } from "@gennaker/contract/permission.ts";
import type { FastifyRequest } from "fastify";
import type { Actor, Denials } from "../../platform/audit/api.ts";
import type { HttpAccess } from "../../platform/http/access.ts";
import { actorOf as strangerOf } from "../actor/api.ts";
import type { Policy } from "../decision/api.ts";
import { administrator, decide, mayName } from "../decision/api.ts";
import type { Identity } from "../people/api.ts";
import type { Known } from "../people/api.ts";
import type { Sessions } from "../people/api.ts";
import type { Tokens } from "../people/api.ts";
import { credentialsOf } from "./credentials.ts";
import type { LookUp, Wanted } from "./needs.ts";
import { runAsUsersOf, wantedOf } from "./needs.ts";
import { createOpenLimit } from "./open-limit.ts";
import type { Rules } from "./rules.ts";
import { shownOf } from "./shown.ts";

export type GuardDependencies = {
  denials: Pick<Denials, "note">;
  sessions: Sessions;
  tokens: Tokens;
  known: Known;
  rules: Rules;
  lookUp: LookUp;
  /** The person of a provider's token; null where there is no provider, or it is not good. */
  bearer(token: string, actor: Actor): Promise<Identity | null>;
  /** Who is named by the certificate that the connection was made with; null where there is none. */
  certificate(request: FastifyRequest): { user: string; fingerprint: string } | null;
};

export type Guard = HttpAccess & {
  /** Who asks; null for somebody who has shown nothing. Throws `unauthenticated` for what is shown and not good. */
  identify(request: FastifyRequest): Promise<Identity | null>;
  /** Null before `admit`. */
  identityOf(request: FastifyRequest): Identity | null;
};

/** What is not allowed, and why. */
type Refusal = { what: string; reason: string; verb?: Verb };

const changing = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Recognizes callers by session, token or password, asks the rules for each request, and cuts answers down. */
export function createHttpAccess(dependencies: GuardDependencies): Guard {
  const { sessions, tokens, known, rules } = dependencies;
  const openLimit = createOpenLimit();
  const admitted = new WeakMap<FastifyRequest, { identity: Identity; policy: Policy }>();

  async function recognize(request: FastifyRequest): Promise<Identity | null> {
    const shown = credentialsOf(request);
    const actor = strangerOf({ headers: {}, ip: request.ip, id: request.id }, "api");
    switch (shown?.kind) {
      case undefined:
        return byCertificate(request);
      case "token":
        return (await tokens.find(shown.secret, request.ip)) ?? refuse("The API token is unknown, revoked or expired.");
      case "cookie":
        // A cookie of a session that is over is as good as none: the browser sends it without being asked.
        return (await sessions.find(shown.secret)) ?? byCertificate(request);
      case "basic":
        return (await known.byPassword(shown.name, shown.password, actor)) ?? refuse("The user is disabled.");
      case "bearer":
        return (
          (await dependencies.bearer(shown.token, actor)) ?? refuse("The bearer token is not one that is taken here.")
        );
      default:
        return refuse("The Authorization header cannot be read. Use Basic or Bearer.");
    }
  }

  /** A browser shows its certificate to whatever page asks: changes are then taken from programs only. */
  async function byCertificate(request: FastifyRequest): Promise<Identity | null> {
    const shown = dependencies.certificate(request);
    if (shown === null) return null;
    if (changing.has(request.method) && isBrowser(request)) return null;
    const identity = await known.byKey(shown.user, "bearer");
    if (identity === null)
      return refuse(
        `The certificate names ${shown.user}, who does not exist here or is disabled. Make a service account.`,
      );
    return { ...identity, by: { kind: "certificate", id: shown.fingerprint } };
  }

  const held = (request: FastifyRequest) => {
    const found = admitted.get(request);
    if (!found) throw new GennakerError("unauthenticated", "Log in first.");
    return found;
  };

  function actorOf(request: FastifyRequest, via: "api" | "gate"): Actor {
    const stranger = strangerOf(
      { headers: { "user-agent": request.headers["user-agent"] }, ip: request.ip, id: request.id },
      via,
    );
    const found = admitted.get(request);
    if (!found) return stranger;
    const { user, subject, by } = found.identity;
    const credential = "id" in by ? `${by.kind}/${by.id}` : by.kind;
    return { ...stranger, user: user.key, roles: subject.roles, credential };
  }

  async function denied(request: FastifyRequest, { what, reason, verb }: Refusal): Promise<never> {
    const path = request.routeOptions.url ?? "";
    await dependencies.denials.note({
      actor: actorOf(request, path.startsWith("/api/v1") ? "api" : "gate"),
      action: "access.denied",
      resource: what,
      application: what.startsWith("application/") ? what.slice("application/".length) : null,
      reason: `${request.method} ${path}: ${reason}`,
    });
    throw new GennakerError("forbidden", reason, verb === undefined ? {} : { denied: { verb, resource: what } });
  }

  /** As in Spinnaker: only who has all roles of a user may have triggers run as that user. */
  async function runAsRefusal({ subject }: Identity, users: readonly string[]): Promise<Refusal | null> {
    if (subject.roles.includes(administrator)) return null;
    for (const name of users) {
      const key = name.normalize("NFKC").toLowerCase().trim();
      if (key === subject.user) continue;
      const roles = (await known.byKey(key, "bearer"))?.subject.roles;
      const lacking = roles?.filter((role) => !subject.roles.includes(role)) ?? [];
      const what = `user/${key}`;
      if (roles === undefined) return { what, reason: `runAsUser: there is no user ${name}.` };
      if (lacking.length > 0)
        return { what, reason: `runAsUser: ${name} has the roles ${lacking.join(", ")}, which you have not.` };
    }
    return null;
  }

  async function firstRefusal(
    { identity, policy }: ReturnType<typeof held>,
    wanted: readonly Wanted[],
    runAs: readonly string[],
  ): Promise<Refusal | null> {
    for (const { verb, resource } of wanted) {
      const decision = decide(identity.subject, verb, resource, policy);
      if (decision.allowed) continue;
      const what = resource.name === null ? resource.kind : `${resource.kind}/${resource.name}`;
      return { what, verb, reason: decision.because.map(({ text }) => text).join(" ") };
    }
    return runAsRefusal(identity, runAs);
  }

  return {
    identify: recognize,
    identityOf: (request) => admitted.get(request)?.identity ?? null,
    actorOf,
    async admit(request, reply, permission) {
      if (permission === "everybody") {
        const { config } = request.routeOptions;
        if (changing.has(request.method) || config.limited === true)
          openLimit.take(request.ip, request.routeOptions.url ?? "");
        return undefined;
      }
      const identity = await recognize(request);
      if (identity === null) {
        const page = request.method === "GET" && (request.routeOptions.url ?? "").startsWith("/ui");
        if (page) return reply.redirect(`/ui/login?next=${encodeURIComponent(request.url)}`);
        // A browser would ask for a password in a window of its own.
        if (request.headers["sec-fetch-mode"] === undefined)
          void reply.header("www-authenticate", 'Basic realm="Gennaker", charset="UTF-8"');
        throw new GennakerError(
          "unauthenticated",
          "Log in first: `gennaker login`, an API token (Authorization: Bearer gnk_…), or a name and password.",
        );
      }
      if (identity.by.kind === "session" && changing.has(request.method)) checkSession(request, identity.by);
      admitted.set(request, { identity, policy: await rules.atLeast(identity.version) });
      return undefined;
    },
    async permit(request, permission, parts) {
      if (permission === "everybody") return;
      const { identity } = held(request);
      const wanted = await wantedOf(permission, parts, dependencies.lookUp);
      // What changes the caller's own things (tokens, emergency access) must not lead around a token's scopes.
      if (
        wanted.length === 0 &&
        identity.subject.scopes !== null &&
        changing.has(request.method) &&
        !byPart(permission)
      )
        wanted.push({ verb: "administer", resource: { kind: "access", name: null } });
      const runAs = changing.has(request.method) ? runAsUsersOf(parts.body) : [];
      const refusal = await firstRefusal(held(request), wanted, runAs);
      if (refusal !== null) await denied(request, refusal);
    },
    async refusal(request, wanted, document) {
      return (await firstRefusal(held(request), wanted, runAsUsersOf(document)))?.reason ?? null;
    },
    shown(request, permission, answer) {
      if (permission === null || permission === "everybody" || permission.shows === undefined) return answer;
      const { identity, policy } = held(request);
      const { shows } = permission;
      const { nameless, kind = "application" } = shows;
      return shownOf(answer, shows, {
        named: mayName(identity.subject, "read", kind, policy),
        nameless:
          nameless === undefined ||
          decide(identity.subject, nameless.verb, { kind: nameless.kind, name: null }, policy).allowed,
      });
    },
    async sees(request) {
      const identity = await recognize(request);
      if (identity === null) throw new GennakerError("unauthenticated", "Log in first.");
      const policy = await rules.atLeast(identity.version);
      const named = mayName(identity.subject, "read", "application", policy);
      const nameless = decide(identity.subject, "read", { kind: "system", name: null }, policy).allowed;
      return (application) => (application === null ? nameless : named(application));
    },
  };
}

const byPart = (permission: Permission | null): boolean =>
  permission !== null && permission !== "everybody" && permission.byPart === true;

function refuse(message: string): never {
  throw new GennakerError("unauthenticated", message);
}

/**
 * Sessions of browsers need the CSRF token. Those of programs (spin's `/login`) do not know it: they are taken from
 * programs only, which send neither an origin nor where a request comes from.
 */
function checkSession(request: FastifyRequest, session: { csrf: string; method: string }): void {
  if (session.method.startsWith("client:") && !isBrowser(request)) return;
  checkCsrf(request.headers["x-gennaker-csrf"], session.csrf);
}

function isBrowser({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;
}

/** A page of another site makes the browser send the cookie, but cannot read this value. */
export function checkCsrf(given: unknown, wanted: string): void {
  const right =
    typeof given === "string" &&
    /^[\w-]+$/.test(given) &&
    given.length === wanted.length &&
    timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
  if (!right)
    throw new GennakerError(
      "forbidden",
      "This change came without the session's CSRF token. Send the cookie gennaker_csrf as the header x-gennaker-csrf.",
    );
}
