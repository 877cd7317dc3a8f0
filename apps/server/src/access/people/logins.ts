import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import { GroupSourceError } from "../groups/api.ts";
import type { ExternalPerson, User } from "./api.ts";
import { userKey } from "./names.ts";
import type { LogGroups } from "./refresh-groups.ts";
import type { Passwords } from "./password.ts";
import { isOutdated } from "./password.ts";
import type { UserRow } from "./rows.ts";
import { userOf } from "./rows.ts";
import { createTurns } from "./turns.ts";

/** Wrong passwords that are free; each one after doubles the wait, up to the longest. */
const freeFailures = 5;
const longestLockSeconds = 900;
const perMinute = 30;

export type Logins = {
  /**
   * The person of a name and password. Throws `unauthenticated` (with one sentence for every reason), or
   * `too_many_requests` for addresses that ask too often.
   */
  withPassword(name: string, password: string, actor: Actor): Promise<User>;
  /** Counts a try that costs something against its address; throws `too_many_requests` beyond the limit. */
  count(address: string | null): void;
  /** Throws `too_many_requests` where an address has failed too often; counts nothing. */
  check(address: string | null): void;
};

/** A directory that knows passwords: LDAP. */
export type Directory = {
  keepMinutes: number;
  /** Null where there is nobody with this name and password. Rejects with GroupSourceError when it cannot be asked. */
  logIn(name: string, password: string): Promise<ExternalPerson | null>;
};

type Dependencies = {
  database: Database;
  audit: AuditLog;
  passwords: Passwords;
  directory: Directory | null;
  /** Makes the directory's person known here, or brings them up to date. */
  enter(person: ExternalPerson, actor: Actor): Promise<User>;
  log: LogGroups;
  now?: () => number;
};

/** Seconds that a name is shut for after so many wrong passwords in a row. */
export function lockSeconds(failures: number): number {
  if (failures < freeFailures) return 0;
  return Math.min(longestLockSeconds, 2 ** (failures - freeFailures));
}

export function createLogins(dependencies: Dependencies): Logins {
  const { database, audit, passwords, directory, now = Date.now } = dependencies;
  const { run: inTurn } = createTurns(8, 64);
  const tries = new Map<string, { count: number; until: number }>();

  function count(address: string | null): void {
    const key = address ?? "";
    const time = now();
    if (tries.size > 10_000) for (const [each, { until }] of tries) if (until <= time) tries.delete(each);
    const entry = tries.get(key);
    if (!entry || entry.until <= time) return void tries.set(key, { count: 1, until: time + 60_000 });
    entry.count += 1;
    checkAddress(address);
  }

  /** Logins that succeed are not counted: many people may share an address. */
  function checkAddress(address: string | null): void {
    const entry = tries.get(address ?? "");
    if (entry && entry.until > now() && entry.count > perMinute)
      throw new GennakerError(
        "too_many_requests",
        "There were too many logins from this address. Try again in a minute.",
      );
  }

  async function failed(key: string, actor: Actor): Promise<never> {
    await database.transaction(async (tx) => {
      const [row] = await tx.query<{ failures: number }>(
        "update access_user set failures = failures + 1 where key = $1 returning failures",
        [key],
      );
      const seconds = lockSeconds(row?.failures ?? 0);
      if (seconds > 0)
        await tx.query("update access_user set locked_until = now() + make_interval(secs => $2) where key = $1", [
          key,
          seconds,
        ]);
      await audit.record(tx, {
        actor: { ...actor, user: row ? key : "anonymous" },
        action: "login.failed",
        resource: row ? `user/${key}` : "user/unknown",
        application: null,
        ...(seconds > 0 ? { reason: `locked for ${seconds} s` } : {}),
      });
    });
    throw refused();
  }

  /** Why goes to the log: strangers are not told where the directory is. */
  function cannotAsk(error: unknown): never {
    if (!(error instanceof GroupSourceError)) throw error;
    dependencies.log("warn", "a login could not be checked", { reason: error.message });
    throw new GennakerError(
      "upstream_failed",
      "The directory that knows the passwords cannot be asked just now. Try again in a minute.",
      { cause: error },
    );
  }

  /** The directory is asked only for names that could be here, and not while a name is shut. */
  async function fromDirectory(
    from: Directory,
    name: string,
    password: string,
    row: (UserRow & { locked: boolean }) | undefined,
    actor: Actor,
  ): Promise<User> {
    const key = keyOf(name);
    const asks = key !== null && row?.locked !== true && row?.disabled !== true;
    const person = asks ? await inTurn(() => from.logIn(key, password)).catch(cannotAsk) : null;
    if (person === null) {
      count(actor.address ?? null);
      return failed(row?.locked === true ? "" : (key ?? ""), actor);
    }
    const user = await dependencies.enter({ ...person, keepMinutes: from.keepMinutes }, actor);
    if (user.disabled) return failed("", actor);
    await database.query("update access_user set failures = 0, locked_until = null where key = $1 and failures > 0", [
      user.key,
    ]);
    return user;
  }

  return {
    count,
    check: checkAddress,
    async withPassword(name, password, actor) {
      passwords.check();
      checkAddress(actor.address ?? null);
      const key = name.normalize("NFKC").toLowerCase().trim().slice(0, 250);
      const [row] = await database.query<UserRow & { locked: boolean }>(
        "select *, coalesce(locked_until > now(), false) as locked from access_user where key = $1",
        [key],
      );
      if (directory !== null && row?.source !== "local") return fromDirectory(directory, name, password, row, actor);
      // A shut name costs the same time and answers the same, so that it tells nothing.
      const right = await passwords.verify(password, row && !row.locked && !row.disabled ? row.password : null);
      if (!row || !right) {
        count(actor.address ?? null);
        return failed(row?.locked === true ? "" : key, actor);
      }
      const fresh = row.password !== null && isOutdated(row.password) ? await passwords.hash(password) : row.password;
      if (row.failures > 0 || fresh !== row.password)
        await database.query("update access_user set failures = 0, locked_until = null, password = $2 where key = $1", [
          key,
          fresh,
        ]);
      return userOf(row);
    },
  };
}

function keyOf(name: string): string | null {
  try {
    return userKey(name);
  } catch {
    return null;
  }
}

function refused(): GennakerError {
  return new GennakerError(
    "unauthenticated",
    "The name or the password is not right, or the name is shut for a while after wrong passwords.",
  );
}
