import type { Resource, ResourceKind, Verb } from "@gennaker/contract/permission.ts";
import type { Because, CompiledRestriction, Decision, Policy, Subject } from "./api.ts";
import { administrator } from "./built-in-roles.ts";
import { grantFor, rolesOf } from "./prepared.ts";
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
  const roles = rolesOf(policy, subject.roles);
  const isAdministrator = roles.set.has(administrator);
  // No rule can shut administrators out of the rules.
  const denying =
    isAdministrator && resource.kind === "access" ? null : grantFor(policy, roles, "deny", verb, resource.kind)(name);
  if (denying) return no("role", `The role ${denying.role} says: ${denying.grant.text}.`);
  if (isAdministrator) return yes("administrator", `${subject.user} has the role ${administrator}.`);
  if (subject.breakGlass !== null && subject.breakGlass.until > now && resource.kind !== "access") {
    const { until, reason } = subject.breakGlass;
    return yes("breakGlass", `${subject.user} has emergency access until ${until.toISOString()}: ${reason}`);
  }
  const restriction = restrictionOf(policy, resource.kind, name);
  if (restriction) {
    const listed = restriction.get(verb);
    const role = listed === undefined ? undefined : common(roles.set, listed);
    if (role !== undefined) return yes("restriction", `The list of ${what} gives "${verb}" to the role ${role}.`);
    const wanted = [...(listed ?? [])];
    const who = wanted.length === 0 ? "nobody" : `the roles ${wanted.join(", ")}`;
    return no(
      "restriction",
      withNote(subject, `The list of ${what} gives "${verb}" to ${who}; ${subject.user} has none of them.`),
    );
  }
  const allowing = grantFor(policy, roles, "allow", verb, resource.kind)(name);
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
  const roles = rolesOf(policy, subject.roles);
  const isAdministrator = roles.set.has(administrator);
  const open = subject.breakGlass !== null && subject.breakGlass.until > now && kind !== "access";
  const allowed = grantFor(policy, roles, "allow", verb, kind);
  const denied = grantFor(policy, roles, "deny", verb, kind);
  return (rawName) => {
    const name = rawName.toLowerCase();
    if (subject.scopes !== null && !inScope(subject.scopes, verb, { kind, name })) return false;
    if (denied(name) !== null && !(isAdministrator && kind === "access")) return false;
    if (isAdministrator || open) return true;
    const restriction = restrictionOf(policy, kind, name);
    if (restriction) {
      const listed = restriction.get(verb);
      return listed !== undefined && common(roles.set, listed) !== undefined;
    }
    return allowed(name) !== null;
  };
}

function restrictionOf(policy: Policy, kind: ResourceKind, name: string | null): CompiledRestriction | undefined {
  if (name === null) return undefined;
  if (kind === "application") return policy.applications.get(name);
  return kind === "account" ? policy.accounts.get(name) : undefined;
}

/** A member of both sets; the smaller one is walked. */
function common(left: ReadonlySet<string>, right: ReadonlySet<string>): string | undefined {
  const [small, large] = left.size < right.size ? [left, right] : [right, left];
  for (const each of small) if (large.has(each)) return each;
  return undefined;
}

function nothingAllows(subject: Subject, verb: Verb, what: string): Because {
  const roles = subject.roles.length === 0 ? "no role" : `the roles ${subject.roles.slice(0, 20).join(", ")}`;
  return {
    rule: "nothing",
    text: withNote(subject, `${subject.user} has ${roles}; none of them gives "${verb}" on ${what}.`),
  };
}

function withNote({ note }: Subject, text: string): string {
  return note === undefined ? text : `${text} ${note}`;
}
