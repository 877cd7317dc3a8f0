import type { ResourceKind, Verb } from "@gennaker/contract/permission.ts";
import type { RolesCache } from "./prepared.ts";

/** A rule of a role: these verbs on the resources that the patterns name. `deny` wins over every `allow`. */
export type Grant = {
  effect: "allow" | "deny";
  verbs: readonly (Verb | "*")[];
  /** `application/shop`, `application/team-*`, `account/*`, `environment/production`, `audit`, `*`. */
  resources: readonly string[];
};

export type Role = { name: string; description: string; grants: readonly Grant[] };

/** Spinnaker's permissions of an application or account: for each verb the roles that have it. */
export type Restriction = { READ: readonly string[]; WRITE: readonly string[]; EXECUTE: readonly string[] };

/** All rules at one moment, read-only and made ready for fast answers. Names are lower-case. */
export type Policy = {
  /** Grows with each change. */
  version: string;
  roles: ReadonlyMap<string, CompiledRole>;
  applications: ReadonlyMap<string, CompiledRestriction>;
  accounts: ReadonlyMap<string, CompiledRestriction>;
  /** What was made ready for roles that have asked. */
  cache: RolesCache;
};

export type CompiledRole = { name: string; allow: readonly CompiledGrant[]; deny: readonly CompiledGrant[] };

export type CompiledGrant = {
  /** As written, for explanations. */
  text: string;
  verbs: ReadonlySet<string>;
  anything: boolean;
  kinds: ReadonlyMap<ResourceKind, NameSet>;
};

/** Which names of a kind: all, some by name, some by their beginning (`team-*`), some by another pattern. */
export type NameSet = {
  all: boolean;
  names: ReadonlySet<string>;
  prefixes: readonly string[];
  patterns: readonly ((name: string) => boolean)[];
};

export type CompiledRestriction = ReadonlyMap<Verb, ReadonlySet<string>>;

/** What an API token may do at most. */
export type Scope = { verb: Verb | "*"; kind: ResourceKind | "*"; name: ((name: string) => boolean) | null };

/** Somebody, or something, that asks. */
export type Subject = {
  user: string;
  /** Names of roles and groups, lower-case. */
  roles: readonly string[];
  /** Of the token that was shown; null: no limit beyond the roles. */
  scopes: readonly Scope[] | null;
  /** Emergency access with a reason, until a time. */
  breakGlass: { until: Date; reason: string } | null;
  /** Why roles may be missing, for whoever is refused. */
  note?: string;
};

export type Because = {
  /** `role`, `restriction`, `scope`, `administrator`, `breakGlass`, `nothing`. */
  rule: string;
  /** A sentence for people. */
  text: string;
};

export type Decision = { allowed: boolean; because: Because[] };

export { decide, mayName } from "./decide.ts";
export { builtInRoles, administrator } from "./built-in-roles.ts";
export { compilePolicy, readRestriction, wildcard } from "./compile-policy.ts";
export { readScope } from "./scopes.ts";
