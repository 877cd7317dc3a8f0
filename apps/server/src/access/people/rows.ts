import { builtInRoles } from "../decision/api.ts";
import type { Subject } from "../decision/api.ts";
import { readScope } from "../decision/api.ts";
import type { AccessSettings } from "../settings/api.ts";
import type { User } from "./api.ts";

export type UserRow = {
  key: string;
  name: string;
  kind: "person" | "service";
  display_name: string | null;
  email: string | null;
  password: string | null;
  roles: string[];
  groups: string[];
  source: string;
  disabled: boolean;
  failures: number;
  locked_until: Date | null;
  created_at: Date;
  last_login_at: Date | null;
  groups_until: Date | null;
  groups_note: string | null;
  gone_at: Date | null;
};

/** Of a user `u`: who may come in at all. */
export const admitted = "not u.disabled and u.gone_at is null";

export function userOf(row: UserRow): User {
  return {
    key: row.key,
    name: row.name,
    kind: row.kind,
    displayName: row.display_name,
    email: row.email,
    roles: row.roles,
    groups: row.groups,
    source: row.source,
    disabled: row.disabled,
    hasPassword: row.password !== null,
    lockedUntil: row.locked_until,
    createdAt: row.created_at,
    lastLoginAt: row.last_login_at,
    groupsUntil: row.groups_until,
    groupsNote: row.groups_note,
    goneAt: row.gone_at,
  };
}

const reservedRoles: ReadonlySet<string> = new Set(builtInRoles.map(({ name }) => name));

type Glass = { until: Date; reason: string } | null;

/**
 * What somebody may use: roles of their own, what their groups are mapped to, the groups themselves as in Spinnaker, and
 * everybody's. A group that a provider happens to call like a built-in role gives nothing by that, nor do groups that nobody
 * could confirm for too long.
 */
export function subjectOf(
  user: Pick<User, "key" | "roles" | "groups" | "kind" | "groupsUntil" | "groupsNote">,
  settings: Pick<AccessSettings, "groups" | "defaultRoles">,
  more: { scopes?: readonly string[] | null; breakGlass?: Glass } = {},
  now = Date.now(),
): Subject {
  const roles = new Set(user.roles.map((role) => role.toLowerCase()));
  const mapped = new Map(Object.entries(settings.groups).map(([group, list]) => [group.toLowerCase(), list]));
  const overdue = user.groupsUntil !== null && user.groupsUntil.getTime() <= now;
  for (const group of overdue ? [] : user.groups) {
    const name = group.toLowerCase();
    if (!reservedRoles.has(name)) roles.add(name);
    for (const role of mapped.get(name) ?? []) roles.add(role.toLowerCase());
  }
  // What machines may do is named for each of them.
  if (user.kind === "person") for (const role of settings.defaultRoles) roles.add(role.toLowerCase());
  const scopes = more.scopes ?? null;
  const note = user.groupsNote ?? (overdue ? `The groups of ${user.key} have not been confirmed for too long.` : null);
  return {
    user: user.key,
    roles: [...roles],
    scopes: scopes === null ? null : scopes.map(readScope),
    breakGlass: more.breakGlass ?? null,
    ...(note === null ? {} : { note }),
  };
}
