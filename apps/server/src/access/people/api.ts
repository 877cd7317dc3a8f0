import type { Subject } from "../decision/api.ts";
import type { Actor } from "../../platform/audit/api.ts";

export type User = {
  /** NFKC and lower case; what permissions and audit call the person. */
  key: string;
  name: string;
  kind: "person" | "service";
  displayName: string | null;
  email: string | null;
  roles: readonly string[];
  groups: readonly string[];
  source: string;
  disabled: boolean;
  hasPassword: boolean;
  lockedUntil: Date | null;
  createdAt: Date;
  lastLoginAt: Date | null;
  /** Groups are not taken after this; null: until the next login tells others. */
  groupsUntil: Date | null;
  /** Why groups are missing. */
  groupsNote: string | null;
  /** Since when the directory or provider that the person logs in by does not know them: shut out until it does. */
  goneAt: Date | null;
};

export type UserInput = {
  kind?: "person" | "service";
  displayName?: string | null;
  email?: string | null;
  roles?: readonly string[];
  disabled?: boolean;
  /** Null takes the password away. */
  password?: string | null;
};

export type Session = {
  id: string;
  user: string;
  method: string;
  createdAt: Date;
  seenAt: Date;
  expiresAt: Date;
  address: string | null;
  userAgent: string | null;
};

export type Token = {
  id: string;
  user: string;
  name: string;
  scopes: readonly string[] | null;
  createdAt: Date;
  createdBy: string;
  expiresAt: Date | null;
  usedAt: Date | null;
};

/** Who was recognized, and by what. */
export type Identity = {
  subject: Subject;
  user: User;
  /** What audit and the CSRF check need to know. */
  by:
    | { kind: "session"; id: string; csrf: string; method: string }
    | { kind: "token"; id: string }
    | { kind: "certificate"; id: string }
    | { kind: "password" | "bearer" };
  /** Of the rules, read with the person. */
  version: string;
};

/** A person as a provider tells: made at the first login, brought up to date at each. */
export type ExternalPerson = {
  source: "oidc" | "ldap";
  externalId: string;
  name: string;
  displayName: string | null;
  email: string | null;
  groups: readonly string[];
  /** How long the groups count without being confirmed; absent: until the next login. */
  keepMinutes?: number;
};

export type Place = { address: string | null; userAgent: string | null };

export type { People } from "./create-people.ts";
export type { Known } from "./known.ts";
export { hashOf, randomSecret } from "./random.ts";
export type { ProviderSession, Sessions } from "./sessions.ts";
export type { Tokens } from "./tokens.ts";
export type { Actor };
