import type { AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { EventLog } from "../../platform/events/api.ts";
import type { AccessSettings } from "../settings/api.ts";
import type { GroupSource } from "../groups/api.ts";
import type { Actor, ExternalPerson, User } from "./api.ts";
import { createBreakGlass } from "./break-glass.ts";
import { createDevices } from "./devices.ts";
import { createKnown } from "./known.ts";
import type { Directory } from "./logins.ts";
import { createLogins } from "./logins.ts";
import { createPasswords } from "./password.ts";
import type { LogGroups } from "./refresh-groups.ts";
import { createGroupRefresh } from "./refresh-groups.ts";
import { createRoles } from "./roles.ts";
import type { Sessions } from "./sessions.ts";
import { createSessions } from "./sessions.ts";
import { createSetup } from "./setup.ts";
import { createTokens } from "./tokens.ts";
import { createUsers } from "./users.ts";

export type People = ReturnType<typeof createPeople>;

type Dependencies = {
  database: Database;
  audit: AuditLog;
  events: EventLog;
  settings: AccessSettings;
  /** LDAP, where there is one. */
  directory: Directory | null;
  /** Who is asked for groups; some ask with what sessions keep. */
  sources(sessions: Sessions): readonly GroupSource[];
  log: LogGroups;
};

/** Everything about people and machines that the database keeps. */
export function createPeople({ database, audit, events, settings, directory, sources, log }: Dependencies) {
  const passwords = createPasswords();
  const users = createUsers(database, audit, passwords);
  const tokens = createTokens(database, audit, settings);
  const logins = createLogins({ database, audit, passwords, directory, enter: users.external, log });

  const sessions = createSessions(database, audit, settings);
  const groups = createGroupRefresh({ database, audit, sources: sources(sessions), log });

  const logIn = async (name: string, password: string, actor: Actor): Promise<User> => {
    const user = await logins.withPassword(name, password, actor);
    await groups.atLogin(user);
    return user;
  };

  return {
    users,
    tokens,
    logins,
    logIn,
    passwords,
    sessions,
    devices: createDevices(database, tokens),
    setup: createSetup(database, users),
    roles: createRoles(database, audit, settings.roles),
    breakGlass: createBreakGlass(database, audit, events),
    known: createKnown(database, settings, logIn),
    groups,
    /** Somebody whom a provider has told. */
    async enter(person: ExternalPerson, actor: Actor): Promise<User> {
      const user = await users.external(person, actor);
      await groups.atLogin(user);
      return user;
    },
  };
}
