import { z } from "zod";
import { githubSchema, ldapSchema } from "./directories.ts";
import { builtInRoles, compilePolicy, readRestriction } from "../decision/api.ts";
import type { Restriction, Role } from "../decision/api.ts";

const names = z.array(z.string().min(1).max(250)).max(10_000);
const grant = z.strictObject({
  effect: z.enum(["allow", "deny"]).default("allow"),
  verbs: z.array(z.enum(["read", "write", "execute", "judge", "administer", "*"])).min(1),
  resources: z.array(z.string().min(1).max(500)).min(1).max(1_000),
});
const roleGrants = z.array(grant).max(1_000);
const restriction = z.record(z.string(), z.unknown()).transform((value) => readRestriction(value));
const secret = z.string().min(1);

/** `access` of `gennaker.yaml`. People log in as soon as one way to do so is named. */
const schema = z.strictObject({
  /** Accounts with passwords, kept in the database. */
  local: z.boolean().default(false),
  /** What everybody who is signed in has besides their own roles. */
  defaultRoles: names.default(["viewer"]),
  /** Roles for the groups that a provider tells. */
  groups: z.record(z.string(), names).default({}),
  roles: z
    .array(z.strictObject({ name: z.string().min(1), description: z.string().default(""), grants: roleGrants }))
    .default([]),
  /** Accounts that only these roles may read or deploy to: `{READ: [...], WRITE: [...]}`. */
  accounts: z.record(z.string(), restriction).default({}),
  /** Names of accounts, or patterns, by environment; roles name them as `environment/production`. */
  environments: z.record(z.string(), names).default({}),
  session: z
    .strictObject({
      idleMinutes: z.number().int().min(1).max(43_200).default(480),
      absoluteHours: z.number().int().min(1).max(2_160).default(168),
    })
    .prefault({}),
  /** Roles that may take emergency access, and for how long. */
  breakGlass: z
    .strictObject({ roles: names.default([]), minutes: z.number().int().min(1).max(1_440).default(60) })
    .prefault({}),
  /** The address that browsers use, for redirects and cookies, e.g. `https://gennaker.example.com`. */
  publicUrl: z.url().optional(),
  oidc: z
    .strictObject({
      issuer: z.url(),
      clientId: z.string().min(1),
      clientSecret: secret.optional(),
      scopes: z.array(z.string()).default(["openid", "profile", "email", "groups"]),
      userClaim: z.string().default("preferred_username"),
      groupsClaim: z.string().default("groups"),
      /** Audiences of bearer tokens that are taken besides the client's own. */
      audiences: names.default([]),
      /** Seconds by which clocks may differ. */
      clockSkewSeconds: z.number().int().min(0).max(300).default(30),
      /** Where the provider gives a refresh token, people's groups are asked for this often, and count so long without. */
      refreshMinutes: z.number().int().min(1).max(10_080).default(5),
      keepMinutes: z.number().int().min(1).max(10_080).default(60),
    })
    .optional(),
  /** Stages that somebody else than who has started the run must let go on. Lists are names or patterns. */
  twoPersons: z
    .array(
      z
        .strictObject({
          applications: names.default([]),
          stages: names.default([]),
          accounts: names.default([]),
          environments: names.default([]),
        })
        .refine(
          (rule) => Object.values(rule).some((list) => list.length > 0),
          "name applications, stages, accounts or environments",
        ),
    )
    .default([]),
  /** Machines may show a certificate that `tls.clientCa` vouches for; who is named in it must exist here. */
  certificates: z
    .strictObject({
      /** Where the name stands: the subject's common name, or the first alternative name of a kind. */
      user: z.enum(["commonName", "email", "dns", "uri"]).default("commonName"),
      /** What of it is the name: a regular expression whose first group is. */
      pattern: z
        .string()
        .max(500)
        .refine((text) => readPattern(text) !== null, "expected a regular expression with one group")
        .optional(),
    })
    .optional(),
  ldap: ldapSchema.optional(),
  github: githubSchema.optional(),
});

export type AccessSettings = Omit<z.output<typeof schema>, "accounts" | "roles"> & {
  accounts: Readonly<Record<string, Restriction | null>>;
  roles: readonly Role[];
};

/** Reads `access`. Throws with the place and the reason of the first thing that is wrong. */
export function readAccessSettings(value: Readonly<Record<string, unknown>>): AccessSettings {
  const read = schema.safeParse(value);
  if (read.success) {
    checkRoles(read.data.roles);
    return read.data;
  }
  const [issue] = read.error.issues;
  throw new Error(`gennaker.yaml: ${["access", ...(issue?.path ?? [])].join(".")}: ${issue?.message ?? "not usable"}.`);
}

/** Throws where a role names no resource, or is one that Gennaker has already. */
function checkRoles(roles: readonly Role[]): void {
  const none = new Map<string, never>();
  for (const role of roles) {
    if (builtInRoles.some(({ name }) => name === role.name.toLowerCase()))
      throw new Error(`gennaker.yaml: access.roles: the role ${role.name} is built in. Choose another name.`);
    try {
      compilePolicy({ version: "0", roles: [role], applications: none, accounts: none, environments: none });
    } catch (error) {
      throw new Error(`gennaker.yaml: access.roles: ${role.name}: ${(error as Error).message}.`, { cause: error });
    }
  }
}

/** The two-person rules with the accounts of their environments. Throws where an environment is not one. */
export function twoPersonRules({ twoPersons, environments }: Pick<AccessSettings, "twoPersons" | "environments">) {
  const known = new Map(Object.entries(environments).map(([name, accounts]) => [name.toLowerCase(), accounts]));
  return twoPersons.map(({ applications, stages, accounts, environments: named }) => ({
    applications,
    stages,
    accounts: [
      ...accounts,
      ...named.flatMap((name) => {
        const found = known.get(name.toLowerCase());
        if (found === undefined)
          throw new Error(`gennaker.yaml: access.twoPersons: there is no environment ${name} in access.environments.`);
        return found;
      }),
    ],
  }));
}

/** Whether there is any way to log in. */
export function isOn(settings: AccessSettings): boolean {
  const { local, oidc, ldap, certificates } = settings;
  return local || [oidc, ldap, certificates].some((way) => way !== undefined);
}

/** Null where it is none, or has not exactly one group. */
export function readPattern(text: string): RegExp | null {
  try {
    const groups = (new RegExp(`${text}|`).exec("")?.length ?? 0) - 1;
    return groups === 1 ? new RegExp(`^(?:${text})$`) : null;
  } catch {
    return null;
  }
}

export type { GithubSettings, LdapSettings } from "./directories.ts";
