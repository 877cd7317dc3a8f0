import { z } from "zod";

const minutes = z.number().int().min(1).max(10_080);
/** How people got to be known here whom a source is asked about. */
const people = z.array(z.enum(["local", "oidc", "ldap"])).min(1);

/** What servers of each kind call things; each may be given otherwise. */
const styles = {
  posix: {
    userFilter: "(&(objectClass=posixAccount)(uid={name}))",
    nameAttribute: "uid",
    idAttribute: "entryUUID",
    // The primary group lists nobody; its number stands in the person's entry.
    groupFilter: "(&(objectClass=posixGroup)(|(memberUid={name})(gidNumber={gidNumber})))",
    nested: "none",
  },
  groupOfNames: {
    userFilter: "(&(objectClass=person)(uid={name}))",
    nameAttribute: "uid",
    idAttribute: "entryUUID",
    groupFilter: "(|(member={dn})(uniqueMember={dn}))",
    nested: "search",
  },
  activeDirectory: {
    userFilter: "(&(objectCategory=person)(objectClass=user)(sAMAccountName={name}))",
    nameAttribute: "sAMAccountName",
    idAttribute: "objectGUID",
    // The matching rule "in chain" finds groups of groups on the server itself.
    groupFilter: "(&(objectClass=group)(member:1.2.840.113556.1.4.1941:={dn}))",
    nested: "none",
  },
} as const;

/** A directory: people log in with its passwords, and it tells their groups. */
export const ldapSchema = z
  .strictObject({
    url: z.string().regex(/^ldaps?:\/\/[^/?#@]+\/?$/, "expected ldaps://HOST[:PORT] or ldap://HOST[:PORT]"),
    /** Encrypts a connection that began as `ldap://`. */
    startTls: z.boolean().default(false),
    /** A file with certificates in PEM that are trusted beside the system's. */
    ca: z.string().min(1).optional(),
    /** As whom it is searched; without, anonymously. */
    bindDn: z.string().min(1).optional(),
    bindPassword: z.string().min(1).optional(),
    style: z.enum(["posix", "groupOfNames", "activeDirectory"]).default("groupOfNames"),
    userBase: z.string().min(1),
    /** `{name}` stands for what was entered. */
    userFilter: z.string().includes("{name}").optional(),
    nameAttribute: z.string().min(1).optional(),
    /** What stays the same when somebody is renamed. */
    idAttribute: z.string().min(1).optional(),
    displayNameAttribute: z.string().min(1).default("displayName"),
    emailAttribute: z.string().min(1).default("mail"),
    groupBase: z.string().min(1).optional(),
    /** `{dn}` stands for the person's name in the directory, `{name}` for `nameAttribute`, others for what the entry says. */
    groupFilter: z.string().optional(),
    groupNameAttribute: z.string().min(1).default("cn"),
    /** Groups of groups: `search` looks for them level by level with `nestedFilter`, where `{dn}` stands for a group. */
    nested: z.enum(["none", "search"]).optional(),
    nestedFilter: z.string().includes("{dn}").default("(|(member={dn})(uniqueMember={dn}))"),
    nestedDepth: z.number().int().min(1).max(30).default(10),
    timeoutSeconds: z.number().int().min(1).max(120).default(10),
    refreshMinutes: minutes.default(5),
    keepMinutes: minutes.default(60),
    people: people.default(["ldap"]),
  })
  .transform((value, context) => {
    const loopback = /^ldap:\/\/(127\.|localhost[:/]|localhost$|\[::1\])/.test(value.url);
    if (value.url.startsWith("ldap://") && !value.startTls && !loopback)
      context.addIssue("passwords would cross the network readable: use ldaps://, or startTls: true");
    if (value.url.startsWith("ldaps://") && value.startTls)
      context.addIssue("startTls is for ldap://; ldaps:// is encrypted already");
    if ((value.bindDn === undefined) !== (value.bindPassword === undefined))
      context.addIssue("bindDn and bindPassword belong together");
    const style = styles[value.style];
    return {
      ...value,
      userFilter: value.userFilter ?? style.userFilter,
      nameAttribute: value.nameAttribute ?? style.nameAttribute,
      idAttribute: value.idAttribute ?? style.idAttribute,
      groupFilter: value.groupFilter ?? style.groupFilter,
      groupBase: value.groupBase ?? value.userBase,
      nested: value.nested ?? style.nested,
    };
  });
export type LdapSettings = z.output<typeof ldapSchema>;

/** Teams of an organization on GitHub or GitHub Enterprise: `https://HOST/api/v3`. */
export const githubSchema = z.strictObject({
  url: z.url().default("https://api.github.com"),
  organization: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,98})$/, "expected the name of an organization"),
  /** May read the organization's members and teams (`read:org`). */
  token: z.string().min(1),
  /** People who are called otherwise there. */
  logins: z.record(z.string(), z.string().min(1)).default({}),
  timeoutSeconds: z.number().int().min(1).max(120).default(10),
  refreshMinutes: minutes.default(5),
  keepMinutes: minutes.default(60),
  people: people.default(["oidc", "ldap", "local"]),
});
export type GithubSettings = z.output<typeof githubSchema>;
