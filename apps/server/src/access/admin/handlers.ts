import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Resource, ResourceKind } from "@gennaker/contract/permission.ts";
import { resourceKinds } from "@gennaker/contract/permission.ts";
import type { Actor } from "../../platform/audit/api.ts";
import type { Handlers } from "../../platform/http/api.ts";
import { administrator } from "../decision/api.ts";
import type { Permissions } from "../guard/api.ts";
import type { Session, Token, User } from "../people/api.ts";
import type { People } from "../people/api.ts";
import type { AccessSettings } from "../settings/api.ts";

type Dependencies = { people: People; permissions: Permissions; settings: AccessSettings };

const dayMs = 86_400_000;
const defaultDays = 90;

/** People, roles, sessions and tokens over the own API, where people log in. */
export function accessHandlers({ people, permissions, settings }: Dependencies): Handlers {
  const administers = (actor: Actor) => actor.roles.includes(administrator);
  const mayBreakGlass = (actor: Actor) => {
    const roles = new Set(settings.breakGlass.roles.map((role) => role.toLowerCase()));
    return actor.roles.some((role) => roles.has(role));
  };
  return {
    whoAmI: async ({ actor }) => {
      const user = await people.users.get(actor.user);
      return {
        authentication: true,
        user: actor.user,
        displayName: user?.displayName ?? null,
        email: user?.email ?? null,
        roles: [...actor.roles],
        breakGlassUntil: (await people.breakGlass.until(actor.user))?.toISOString() ?? null,
        mayBreakGlass: mayBreakGlass(actor),
      };
    },
    explainAccess: async ({ query, actor }) => {
      const user = query.user ?? actor.user;
      const resource = readResource(query.resource);
      const { allowed, because, subject } = await permissions.decideFor(user, query.verb, resource);
      return { user, roles: [...subject.roles], verb: query.verb, resource: query.resource, allowed, because };
    },
    listUsers: async () => (await people.users.list()).map(userJson),
    saveUser: async ({ params, body, actor }) => {
      const { kind, displayName, email, roles, disabled, password } = body;
      const input = { kind, displayName, email, roles, disabled, password };
      const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
      return userJson(await people.users.save(params.user, given, actor));
    },
    deleteUser: async ({ params, actor }) => {
      await people.users.remove(params.user, actor);
      return {};
    },
    changePassword: async ({ body, actor }) => {
      const user = await people.logins.withPassword(actor.user, body.current, actor);
      await people.users.save(user.key, { password: body.password }, actor);
      return {};
    },
    listRoles: async () =>
      (await people.roles.list()).map((role) => ({
        ...role,
        grants: role.grants.map(({ effect, verbs, resources }) => ({
          effect,
          verbs: [...verbs],
          resources: [...resources],
        })),
      })),
    saveRole: async ({ params, body, actor }) => {
      const { managedBy } = await people.roles.save({ name: params.role, ...body }, actor);
      return { name: params.role, ...body, managedBy };
    },
    deleteRole: async ({ params, actor }) => {
      await people.roles.remove(params.role, actor);
      return {};
    },
    listSessions: async ({ query, actor }) =>
      (await people.sessions.list(query.user?.toLowerCase() ?? actor.user)).map(sessionJson),
    endSession: async ({ params, actor }) => {
      if (!(await people.sessions.end(params.session, administers(actor) ? null : actor.user, actor)))
        throw new GennakerError("not_found", "There is no such session of yours.");
      return {};
    },
    listTokens: async ({ query, actor }) =>
      (await people.tokens.list(query.user?.toLowerCase() ?? actor.user)).map(tokenJson),
    createToken: async ({ body, actor }) => {
      const days = body.expiresInDays === undefined ? defaultDays : body.expiresInDays;
      const expiresAt = days === null ? null : new Date(Date.now() + days * dayMs);
      const input = { name: body.name, scopes: body.scopes ?? null, expiresAt };
      const made = await people.tokens.create(body.user?.toLowerCase() ?? actor.user, input, actor);
      return { ...tokenJson(made), token: made.secret };
    },
    revokeToken: async ({ params, actor }) => {
      if (!(await people.tokens.revoke(params.token, administers(actor) ? null : actor.user, actor)))
        throw new GennakerError("not_found", "There is no such token of yours.");
      return {};
    },
    breakGlass: async ({ body, actor }) => {
      if (!mayBreakGlass(actor))
        throw new GennakerError(
          "forbidden",
          "None of your roles may take emergency access. The configuration names those that may: access.breakGlass.roles.",
        );
      const { minutes } = settings.breakGlass;
      return { until: (await people.breakGlass.take(actor.user, body.reason, minutes, actor)).toISOString() };
    },
    endBreakGlass: async ({ actor }) => {
      await people.breakGlass.giveBack(actor.user, actor);
      return {};
    },
    listEmergencyAccess: async () =>
      (await people.breakGlass.open()).map(({ user, reason, since, until }) => ({
        user,
        reason,
        since: since.toISOString(),
        until: until.toISOString(),
      })),
    startDeviceLogin: async ({ body, actor }) => {
      people.logins.count(actor.address ?? null);
      return { ...(await people.devices.start(body.name)), path: "/ui/device" };
    },
    pollDeviceLogin: async ({ body, actor }) => people.devices.poll(body.deviceCode, actor),
  };
}

/** `application/shop`, `audit`. Throws for anything else. */
function readResource(text: string): Resource {
  const slash = text.indexOf("/");
  const kind = slash < 0 ? text : text.slice(0, slash);
  const name = slash < 0 ? null : text.slice(slash + 1);
  if (!(resourceKinds as readonly string[]).includes(kind) || name === "")
    throw new GennakerError(
      "invalid_request",
      `"${text.slice(0, 100)}" names no resource. Expected KIND or KIND/NAME, with one of ${resourceKinds.join(", ")}.`,
    );
  return { kind: kind as ResourceKind, name };
}

function userJson(user: User) {
  const {
    key,
    name: _shown,
    lockedUntil,
    createdAt,
    lastLoginAt,
    groupsUntil: _until,
    goneAt,
    roles,
    groups,
    ...rest
  } = user;
  return {
    ...rest,
    name: key,
    roles: [...roles],
    groups: [...groups],
    lockedUntil: lockedUntil?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    lastLoginAt: lastLoginAt?.toISOString() ?? null,
    goneAt: goneAt?.toISOString() ?? null,
  };
}

function sessionJson({ createdAt, seenAt, expiresAt, ...rest }: Session) {
  const times = { createdAt, seenAt, expiresAt };
  return { ...rest, ...(mapTimes(times) as Record<keyof typeof times, string>) };
}

function tokenJson(token: Token) {
  const { id, user, name, scopes, createdBy, createdAt, expiresAt, usedAt } = token;
  return {
    id,
    user,
    name,
    scopes: scopes === null ? null : [...scopes],
    createdBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    usedAt: usedAt?.toISOString() ?? null,
  };
}

function mapTimes(times: Record<string, Date>): Record<string, string> {
  return Object.fromEntries(Object.entries(times).map(([key, time]) => [key, time.toISOString()]));
}
