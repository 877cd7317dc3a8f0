import type { Entry } from "ldapts";
import type { GroupSource } from "../groups/api.ts";
import { GroupSourceError, checkedGroups, mostGroups } from "../groups/api.ts";
import type { ExternalPerson } from "../people/api.ts";
import type { LdapSettings } from "../settings/api.ts";
import type { Connection } from "./connection.ts";
import { onLdap } from "./connection.ts";
import { anyOf, fillFilter } from "./fill-filter.ts";

export type Ldap = GroupSource & {
  /**
   * The person with this name and password, with their groups; null where there is none or the password is wrong. Rejects
   * with GroupSourceError when the directory cannot be asked.
   */
  logIn(name: string, password: string): Promise<ExternalPerson | null>;
};

/** Filters of groups of groups are joined, this many at a time. */
const asked = 40;

/** A directory as a source of logins and groups. The library is loaded and a connection made when it is asked. */
export function createLdap(settings: LdapSettings, reveal: (text: string) => Promise<string>): Ldap {
  const { nameAttribute, idAttribute, displayNameAttribute, emailAttribute, groupNameAttribute } = settings;

  async function asOurselves(connection: Connection): Promise<void> {
    if (settings.bindDn === undefined) return;
    if (!(await connection.bind(settings.bindDn, await reveal(settings.bindPassword ?? ""))))
      throw new GroupSourceError(
        `The directory ${settings.url} does not take access.ldap.bindDn with its password, so nobody can be looked up.`,
      );
  }

  async function find(connection: Connection, name: string): Promise<Entry | null> {
    // Attributes that the filter for groups names are read with the person.
    const named = [...settings.groupFilter.matchAll(/\{([A-Za-z][\w;-]*)\}/g)].map(([, attribute]) => attribute ?? "");
    const attributes = [nameAttribute, idAttribute, displayNameAttribute, emailAttribute, ...named];
    const [entry] = await connection.search({
      base: settings.userBase,
      filter: fillFilter(settings.userFilter, { name }),
      attributes: attributes.filter((attribute) => attribute !== "dn" && attribute !== "name"),
      binary: [idAttribute],
      most: 1,
    });
    return entry ?? null;
  }

  async function groupsFor(connection: Connection, entry: Entry): Promise<string[]> {
    const values = Object.fromEntries(Object.keys(entry).map((key) => [key, textOf(entry[key]) ?? ""]));
    const first = fillFilter(settings.groupFilter, {
      ...values,
      dn: entry.dn,
      name: textOf(entry[nameAttribute]) ?? "",
    });
    const found = new Map<string, string>();
    let level = await search([first]);
    for (let depth = 0; settings.nested === "search" && level.length > 0 && depth < settings.nestedDepth; depth += 1)
      level = await search(level.map((dn) => fillFilter(settings.nestedFilter, { dn })));
    return checkedGroups("The directory", [...found.values()]);

    /** The groups that were not found before: circles end. */
    async function search(filters: readonly string[]): Promise<string[]> {
      const fresh: string[] = [];
      for (let start = 0; start < filters.length; start += asked) {
        const entries = await connection.search({
          base: settings.groupBase,
          filter: anyOf(filters.slice(start, start + asked)),
          attributes: [groupNameAttribute],
          most: mostGroups,
        });
        for (const { dn, [groupNameAttribute]: name } of entries) {
          const text = textOf(name);
          if (found.has(dn.toLowerCase()) || text === null) continue;
          found.set(dn.toLowerCase(), text);
          fresh.push(dn);
        }
        if (found.size > mostGroups) checkedGroups("The directory", [...found.values()]);
      }
      return fresh;
    }
  }

  return {
    name: "ldap",
    refreshMinutes: settings.refreshMinutes,
    keepMinutes: settings.keepMinutes,
    people: settings.people,

    async logIn(name, password) {
      // Servers take an empty password for "nobody in particular" and say yes (RFC 4513, 5.1.2).
      if (name === "" || password === "" || password.includes("\0")) return null;
      return onLdap(settings, async (connection) => {
        await asOurselves(connection);
        const entry = await find(connection, name);
        if (entry === null) return null;
        const right = await onLdap(settings, (own) => own.bind(entry.dn, password));
        return right ? personOf(entry, await groupsFor(connection, entry)) : null;
      });
    },

    async groupsOf(person) {
      return onLdap(settings, async (connection) => {
        await asOurselves(connection);
        const entry = await find(connection, person.name);
        return entry === null ? "unknown" : { groups: await groupsFor(connection, entry) };
      });
    },
  };

  function personOf(entry: Entry, groups: string[]): ExternalPerson {
    const name = textOf(entry[nameAttribute]);
    if (name === null)
      throw new GroupSourceError(
        `The directory tells no ${nameAttribute} of ${entry.dn}; see access.ldap.nameAttribute.`,
      );
    const id = entry[idAttribute];
    const bytes = Array.isArray(id) ? id[0] : id;
    const fixed = Buffer.isBuffer(bytes) && bytes.length > 0 ? bytes.toString("base64url") : entry.dn.toLowerCase();
    return {
      source: "ldap",
      externalId: JSON.stringify(["ldap", settings.userBase.toLowerCase(), fixed]),
      name,
      displayName: textOf(entry[displayNameAttribute]),
      email: textOf(entry[emailAttribute]),
      groups,
    };
  }
}

/** The first value of an attribute; null where there is none. */
function textOf(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (Buffer.isBuffer(first)) return first.toString("utf8");
  return typeof first === "string" && first !== "" ? first : null;
}
