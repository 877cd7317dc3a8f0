import type { Resource, ResourceKind, Verb } from "@gennaker/contract/permission.ts";
import type { Because, CompiledGrant, CompiledRestriction, Decision, NameSet, Policy, Subject } from "./api.ts";
import { administrator } from "./built-in-roles.ts";
import { inScope } from "./scopes.ts";

/**
 * Whether somebody may do something, and why. In this order: the token's scopes are a limit; a role's `deny` wins;
 * administrators may do everything; emergency access opens all but people and roles; an application's or account's own
 * list is the last word where there is one, as in Spinnaker; otherwise a role must allow it.
 */
export function decide(subject: Subject, verb: Verb, resource: Resource, policy: Policy, now = new Date()): Decision {
  const what = resource.name === null ? resource.kind : `${resource.kind} ${resource.name}`;
  const no = (rule: string, text: string): Decision => ({ allowed: false, because: [{ rule, text }] });
  const yes = (rule: string, text: string): Decision => ({ allowed: true, because: [{ rule, text }] });

  if (subject.scopes !== null && !inScope(subject.scopes, verb, resource))
    return no("scope", `The token's scopes do not hold "${verb}" on ${what}.`);
  const name = resource.name?.toLowerCase() ?? null;
  const isAdministrator = subject.roles.includes(administrator);
  // No rule can shut administrators out of the rules.
  const denying =
    isAdministrator && resource.kind === "access"
      ? null
      : firstGrant(subject, policy, "deny", verb, resource.kind, name);
  if (denying) return no("role", `The role ${denying.role} says: ${denying.grant.text}.`);
  if (isAdministrator) return yes("administrator", `${subject.user} has the role ${administrator}.`);
  if (subject.breakGlass !== null && subject.breakGlass.until > now && resource.kind !== "access") {
    const { until, reason } = subject.breakGlass;
    return yes("breakGlass", `${subject.user} has emergency access until ${until.toISOString()}: ${reason}`);
  }
  const restriction = restrictionOf(policy, resource.kind, name);
  if (restriction) {
    const listed = restriction.get(verb);
    const role = subject.roles.find((each) => listed?.has(each) === true);
    if (role !== undefined) return yes("restriction", `The list of ${what} gives "${verb}" to the role ${role}.`);
    const roles = [...(listed ?? [])];
    const who = roles.length === 0 ? "nobody" : `the roles ${roles.join(", ")}`;
    return no("restriction", `The list of ${what} gives "${verb}" to ${who}; ${subject.user} has none of them.`);
  }
  const allowing = firstGrant(subject, policy, "allow", verb, resource.kind, name);
  if (allowing) return yes("role", `The role ${allowing.role} says: ${allowing.grant.text}.`);
  return { allowed: false, because: [nothingAllows(subject, verb, what)] };
}

/**
 * The same question about many resources of one kind, prepared once: of 10,000 applications, which may be read? Gives the
 * same answers as `decide`.
 */
export function mayName(
  subject: Subject,
  verb: Verb,
  kind: ResourceKind,
  policy: Policy,
  now = new Date(),
): (name: string) => boolean {
  const isAdministrator = subject.roles.includes(administrator);
  const open = subject.breakGlass !== null && subject.breakGlass.until > now && kind !== "access";
  const allowed = union(subject, policy, "allow", verb, kind);
  const denied = union(subject, policy, "deny", verb, kind);
  return (rawName) => {
    const name = rawName.toLowerCase();
    if (subject.scopes !== null && !inScope(subject.scopes, verb, { kind, name })) return false;
    if (holds(denied, name) && !(isAdministrator && kind === "access")) return false;
    if (isAdministrator || open) return true;
    const restriction = restrictionOf(policy, kind, name);
    if (restriction) {
      const listed = restriction.get(verb);
      return listed !== undefined && subject.roles.some((role) => listed.has(role));
    }
    return holds(allowed, name);
  };
}

function restrictionOf(policy: Policy, kind: ResourceKind, name: string | null): CompiledRestriction | undefined {
  if (name === null) return undefined;
  if (kind === "application") return policy.applications.get(name);
  return kind === "account" ? policy.accounts.get(name) : undefined;
}

function firstGrant(
  subject: Subject,
  policy: Policy,
  effect: "allow" | "deny",
  verb: Verb,
  kind: ResourceKind,
  name: string | null,
): { role: string; grant: CompiledGrant } | null {
  for (const each of subject.roles) {
    const role = policy.roles.get(each);
    if (role === undefined) continue;
    for (const grant of role[effect]) {
      if (!grant.verbs.has(verb) && !grant.verbs.has("*")) continue;
      const names = grant.kinds.get(kind);
      if (grant.anything || (names !== undefined && holds(names, name))) return { role: role.name, grant };
    }
  }
  return null;
}

/** A kind as a whole (no name) is held only by what holds all of it. */
function holds({ all, names, patterns }: NameSet, name: string | null): boolean {
  if (all) return true;
  if (name === null) return false;
  return names.has(name) || patterns.some((pattern) => pattern(name));
}

function union(subject: Subject, policy: Policy, effect: "allow" | "deny", verb: Verb, kind: ResourceKind): NameSet {
  const names = new Set<string>();
  const patterns: ((name: string) => boolean)[] = [];
  let all = false;
  for (const each of subject.roles) {
    for (const grant of policy.roles.get(each)?.[effect] ?? []) {
      if (!grant.verbs.has(verb) && !grant.verbs.has("*")) continue;
      const found = grant.kinds.get(kind);
      if (grant.anything || found?.all === true) all = true;
      for (const name of found?.names ?? []) names.add(name);
      patterns.push(...(found?.patterns ?? []));
    }
  }
  return { all, names, patterns };
}

function nothingAllows(subject: Subject, verb: Verb, what: string): Because {
  const roles = subject.roles.length === 0 ? "no role" : `the roles ${subject.roles.slice(0, 20).join(", ")}`;
  return { rule: "nothing", text: `${subject.user} has ${roles}; none of them gives "${verb}" on ${what}.` };
}
