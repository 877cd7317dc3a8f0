import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import type { Client, Entry } from "ldapts";
import { GroupSourceError, mostGroups } from "../groups/api.ts";
import type { LdapSettings } from "../settings/api.ts";

type Search = {
  base: string;
  filter: string;
  attributes: readonly string[];
  most: number;
  binary?: readonly string[];
};

export type Connection = {
  /** False for a wrong password. An empty one would log nobody in and succeed all the same, so it is never sent. */
  bind(dn: string, password: string): Promise<boolean>;
  /** Rejects when more than `most` entries are found. */
  search(search: Search): Promise<Entry[]>;
};

const pageSize = 500;

/** Runs `work` on a connection of its own, encrypted as the settings say. Rejects with GroupSourceError naming the server. */
export async function onLdap<T>(settings: LdapSettings, work: (connection: Connection) => Promise<T>): Promise<T> {
  const ldap = await import("ldapts");
  const timeout = settings.timeoutSeconds * 1_000;
  const secure = settings.url.startsWith("ldaps:");
  let client: Client | null = null;
  try {
    const tls = tlsOptions(settings);
    client = new ldap.Client({
      url: settings.url,
      timeout,
      connectTimeout: timeout,
      strictDN: false,
      ...(secure ? { tlsOptions: tls } : {}),
    });
    if (settings.startTls) await client.startTLS(tls);
    return await work(connectionOf(client, ldap));
  } catch (error) {
    if (error instanceof GroupSourceError) throw error;
    throw new GroupSourceError(`The directory ${settings.url} cannot be asked: ${reasonOf(error)}.`, error);
  } finally {
    await client?.unbind().catch(() => undefined);
  }
}

function connectionOf(client: Client, ldap: typeof import("ldapts")): Connection {
  return {
    async bind(dn, password) {
      if (dn === "" || password === "") return false;
      try {
        await client.bind(dn, password);
        return true;
      } catch (error) {
        const refused = [ldap.InvalidCredentialsError, ldap.NoSuchObjectError, ldap.InappropriateAuthError];
        if (refused.some((type) => error instanceof type)) return false;
        throw error;
      }
    },
    async search({ base, filter, attributes, most, binary = [] }) {
      try {
        const { searchEntries } = await client.search(base, {
          scope: "sub",
          filter,
          attributes: [...attributes],
          explicitBufferAttributes: [...binary],
          // Servers give no more than a page at once; one entry above the limit tells that there are more.
          ...(most >= pageSize ? { paged: { pageSize } } : { sizeLimit: most + 1 }),
        });
        if (searchEntries.length > most) throw tooMany(most);
        return searchEntries;
      } catch (error) {
        if (error instanceof ldap.SizeLimitExceededError) throw tooMany(most);
        // Never taken for "nobody by that name": everybody would be gone at once.
        if (error instanceof ldap.NoSuchObjectError)
          throw new GroupSourceError(
            `The directory shows nothing at ${base}, or not to whom it is asked as (access.ldap.bindDn).`,
          );
        throw error;
      }
    },
  };
}

function tooMany(most: number): GroupSourceError {
  return new GroupSourceError(
    most === mostGroups
      ? `The directory tells more than ${mostGroups} groups of one person, which are not taken.`
      : "The directory finds several people under one name: access.ldap.userFilter must find one.",
  );
}

/** The system's certificates and, where one is named, the file's; the server's name is checked in any case. */
function tlsOptions({ ca, url }: LdapSettings): ConnectionOptions {
  const host = new URL(url.replace(/^ldaps?:/, "http:")).hostname.replace(/^\[(.*)\]$/, "$1");
  return {
    host,
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca: [...rootCertificates, readFileSync(ca, "utf8")] }),
  };
}

/** Codes and names of errors; the words of servers may hold what was asked. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "it gave no answer";
  const { code } = error as { code?: unknown };
  if (typeof code === "string") return code;
  if (/timeout|timed out/i.test(error.message)) return "it did not answer in time";
  if (/closed/i.test(error.message)) return "the connection was closed";
  return error.name === "Error" ? "the connection failed" : error.name;
}
