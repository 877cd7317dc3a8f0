import type { Database } from "../../platform/database/api.ts";
import { compilePolicy } from "../decision/api.ts";
import type { Grant, Policy, Restriction } from "../decision/api.ts";
import type { AccessSettings } from "../settings/api.ts";

export type Rules = {
  /** The rules, at least as new as this version. Replicas learn of a change with the next request's own reading. */
  atLeast(version: string): Promise<Policy>;
  /** The rules as they are now. */
  now(): Promise<Policy>;
};

type Dependencies = {
  database: Database;
  settings: AccessSettings;
  /** Applications that have a list of their own. */
  restricted(): Promise<ReadonlyMap<string, Restriction>>;
};

/** Holds the rules in memory, made ready, and reads them again when their version has grown. */
export function createRules({ database, settings, restricted }: Dependencies): Rules {
  let held: Policy | null = null;
  let reading: Promise<Policy> | null = null;

  async function read(): Promise<Policy> {
    // The version first: a change during the reading then makes the next request read again.
    const version = await versionOf(database);
    const rows = await database.query<{ name: string; description: string; grants: Grant[] }>(
      "select name, description, grants from access_role",
    );
    const accounts = Object.entries(settings.accounts).flatMap(([name, list]) => (list ? [[name, list] as const] : []));
    held = compilePolicy({
      version,
      // What the file declares wins over the database.
      roles: [...rows, ...settings.roles],
      applications: await restricted(),
      accounts: new Map(accounts),
      environments: new Map(Object.entries(settings.environments).map(([name, list]) => [name.toLowerCase(), list])),
    });
    return held;
  }

  async function atLeast(version: string): Promise<Policy> {
    while (held === null || BigInt(held.version) < BigInt(version)) {
      reading ??= read().finally(() => (reading = null));
      await reading;
    }
    return held;
  }

  return { atLeast, now: async () => atLeast(await versionOf(database)) };
}

async function versionOf(database: Database): Promise<string> {
  const [row] = await database.query<{ version: string }>("select version::text as version from access_state");
  return row?.version ?? "0";
}
