import type { ResourceKind, Verb } from "@gennaker/contract/permission.ts";
import { resourceKinds } from "@gennaker/contract/permission.ts";
import { builtInRoles } from "./built-in-roles.ts";
import type { CompiledGrant, CompiledRestriction, CompiledRole, Grant, NameSet, Policy } from "./api.ts";
import type { Restriction, Role } from "./api.ts";

export type PolicyInput = {
  version: string;
  roles: readonly Role[];
  applications: ReadonlyMap<string, Restriction>;
  accounts: ReadonlyMap<string, Restriction>;
  /** Names of accounts, or patterns, by environment. */
  environments: ReadonlyMap<string, readonly string[]>;
};

/** Makes rules ready to be asked often. Built-in roles cannot be given another meaning. */
export function compilePolicy(input: PolicyInput): Policy {
  const roles = new Map<string, CompiledRole>();
  for (const role of [...input.roles, ...builtInRoles]) {
    const grants = role.grants.map((grant) => ({ effect: grant.effect, compiled: compileGrant(grant, input) }));
    roles.set(role.name.toLowerCase(), {
      name: role.name,
      allow: grants.filter(({ effect }) => effect === "allow").map(({ compiled }) => compiled),
      deny: grants.filter(({ effect }) => effect === "deny").map(({ compiled }) => compiled),
    });
  }
  return {
    version: input.version,
    roles,
    applications: compileRestrictions(input.applications),
    accounts: compileRestrictions(input.accounts),
    cache: { byList: new WeakMap(), byText: new Map() },
  };
}

function compileGrant(grant: Grant, { environments }: PolicyInput): CompiledGrant {
  const patterns = new Map<ResourceKind, string[]>();
  let anything = false;
  for (const resource of grant.resources) {
    const { kind, name } = splitResource(resource);
    if (kind === "*") anything = true;
    else if (kind === "environment") {
      for (const account of environments.get(name.toLowerCase()) ?? []) add(patterns, "account", account);
    } else add(patterns, kind, name);
  }
  return {
    text: `${grant.effect} ${grant.verbs.join(", ")} on ${grant.resources.join(", ")}`,
    verbs: new Set(grant.verbs),
    anything,
    kinds: new Map([...patterns].map(([kind, names]) => [kind, nameSet(names)])),
  };
}

/** `kind/name`, `kind`, `environment/name` or `*`. Throws where it is none of them. */
function splitResource(resource: string): { kind: ResourceKind | "environment" | "*"; name: string } {
  const slash = resource.indexOf("/");
  const kind = slash < 0 ? resource : resource.slice(0, slash);
  const name = slash < 0 ? "*" : resource.slice(slash + 1);
  const known =
    kind === "*" ? slash < 0 : kind === "environment" || (resourceKinds as readonly string[]).includes(kind);
  if (!known || name === "") {
    throw new Error(
      `"${resource}" names no resource; expected e.g. application/shop, account/prod-*, environment/production, audit or *`,
    );
  }
  return { kind: kind as ResourceKind | "environment" | "*", name };
}

function add(map: Map<ResourceKind, string[]>, kind: ResourceKind, name: string): void {
  map.set(kind, [...(map.get(kind) ?? []), name]);
}

function nameSet(names: readonly string[]): NameSet {
  const lower = names.map((name) => name.toLowerCase());
  const starred = lower.filter((name) => name.includes("*") && name !== "*");
  const isPrefix = (name: string) => name.indexOf("*") === name.length - 1;
  return {
    all: lower.includes("*"),
    names: new Set(lower.filter((name) => !name.includes("*"))),
    prefixes: starred.filter(isPrefix).map((name) => name.slice(0, -1)),
    patterns: starred.filter((name) => !isPrefix(name)).map(wildcard),
  };
}

/** Whether a name fits `team-*`, for lower-case names. Each part is looked for once, so no name takes long. */
export function wildcard(pattern: string): (name: string) => boolean {
  const parts = pattern.toLowerCase().split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return (name) => name === first;
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
    let at = first.length;
    const end = name.length - last.length;
    for (const part of parts.slice(1, -1)) {
      const found = name.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

function compileRestrictions(all: ReadonlyMap<string, Restriction>): ReadonlyMap<string, CompiledRestriction> {
  const map = new Map<string, CompiledRestriction>();
  for (const [name, restriction] of all) {
    const set = (roles: readonly string[]) => new Set(roles.map((role) => role.toLowerCase()));
    // As in Spinnaker, whoever may read may also run where nothing is said about running.
    const execute = set(restriction.EXECUTE.length > 0 ? restriction.EXECUTE : restriction.READ);
    map.set(
      name.toLowerCase(),
      new Map<Verb, ReadonlySet<string>>([
        ["read", set(restriction.READ)],
        ["write", set(restriction.WRITE)],
        ["execute", execute],
        ["judge", execute],
      ]),
    );
  }
  return map;
}

/** An application's `permissions` as Spinnaker writes them; null where they restrict nothing. */
export function readRestriction(value: unknown): Restriction | null {
  if (typeof value !== "object" || value === null) return null;
  const roles = (verb: string) => {
    const found = Object.entries(value).find(([key]) => key.toUpperCase() === verb)?.[1] as unknown;
    return Array.isArray(found) ? found.filter((role): role is string => typeof role === "string" && role !== "") : [];
  };
  const restriction = { READ: roles("READ"), WRITE: roles("WRITE"), EXECUTE: roles("EXECUTE") };
  return Object.values(restriction).every((list) => list.length === 0) ? null : restriction;
}
