import type { ResourceKind, Verb } from "@gennaker/contract/permission.ts";
import type { CompiledGrant, Policy } from "./api.ts";

/** The role and the grant that decide, for explanations. */
export type Reason = { role: string; grant: CompiledGrant };

/** All grants of some roles for one question, so that an answer costs a few look-ups however many roles there are. */
type Prepared = {
  all: Reason | null;
  names: ReadonlyMap<string, Reason>;
  /** `team-*`: looked up by the name's beginning, for each length there is. */
  prefixes: ReadonlyMap<string, Reason>;
  lengths: readonly number[];
  patterns: readonly { matches(name: string): boolean; reason: Reason }[];
};

/** What is known of a set of roles under one policy. */
export type Roles = { set: ReadonlySet<string>; prepared: Map<string, Prepared> };

/** Sets of roles that are kept ready; people with the same roles share one. */
const mostKept = 1_000;

/** Kept with the policy, and gone with it. */
export type RolesCache = { byList: WeakMap<readonly string[], Roles>; byText: Map<string, Roles> };

export function rolesOf(policy: Policy, list: readonly string[]): Roles {
  const caches = policy.cache;
  const known = caches.byList.get(list);
  if (known) return known;
  const text = list.join("\n");
  let roles = caches.byText.get(text);
  if (!roles) {
    if (caches.byText.size >= mostKept) caches.byText.clear();
    caches.byText.set(text, (roles = { set: new Set(list), prepared: new Map() }));
  }
  caches.byList.set(list, roles);
  return roles;
}

/** The first grant of the roles that holds a name; a kind as a whole (null) is held only by what holds all of it. */
export function grantFor(
  policy: Policy,
  roles: Roles,
  effect: "allow" | "deny",
  verb: Verb,
  kind: ResourceKind,
): (name: string | null) => Reason | null {
  const key = `${effect} ${verb} ${kind}`;
  let prepared = roles.prepared.get(key);
  if (!prepared) roles.prepared.set(key, (prepared = prepare(policy, roles.set, effect, verb, kind)));
  const { all, names, prefixes, lengths, patterns } = prepared;
  return (name) => {
    if (all !== null || name === null) return all;
    const found = names.get(name);
    if (found) return found;
    for (const length of lengths) {
      const reason = prefixes.get(name.slice(0, length));
      if (reason) return reason;
    }
    return patterns.find((pattern) => pattern.matches(name))?.reason ?? null;
  };
}

function prepare(
  policy: Policy,
  roles: ReadonlySet<string>,
  effect: "allow" | "deny",
  verb: Verb,
  kind: ResourceKind,
): Prepared {
  const names = new Map<string, Reason>();
  const prefixes = new Map<string, Reason>();
  const patterns: { matches(name: string): boolean; reason: Reason }[] = [];
  let all: Reason | null = null;
  for (const each of roles) {
    const role = policy.roles.get(each);
    for (const grant of role?.[effect] ?? []) {
      if (!grant.verbs.has(verb) && !grant.verbs.has("*")) continue;
      const reason = { role: role?.name ?? each, grant };
      const held = grant.kinds.get(kind);
      if (grant.anything || held?.all === true) all ??= reason;
      for (const name of held?.names ?? []) if (!names.has(name)) names.set(name, reason);
      for (const prefix of held?.prefixes ?? []) if (!prefixes.has(prefix)) prefixes.set(prefix, reason);
      for (const matches of held?.patterns ?? []) patterns.push({ matches, reason });
    }
  }
  const lengths = [...new Set([...prefixes.keys()].map(({ length }) => length))];
  return { all, names, prefixes, lengths, patterns };
}
