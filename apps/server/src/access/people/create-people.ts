import type { AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { EventLog } from "../../platform/events/api.ts";
import type { AccessSettings } from "../settings/api.ts";
import type { Actor, User } from "./api.ts";
import { createBreakGlass } from "./break-glass.ts";
import { createDevices } from "./devices.ts";
import { createKnown } from "./known.ts";
import { createLogins } from "./logins.ts";
import { createPasswords } from "./password.ts";
import { createRoles } from "./roles.ts";
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
};

/** Everything about people and machines that the database keeps. */
export function createPeople({ database, audit, events, settings }: Dependencies) {
  const passwords = createPasswords();
  const users = createUsers(database, audit, passwords);
  const tokens = createTokens(database, audit, settings);
  const logins = createLogins(database, audit, passwords);

  const logIn = (name: string, password: string, actor: Actor): Promise<User> =>
    logins.withPassword(name, password, actor);

  return {
    users,
    tokens,
    logins,
    logIn,
    passwords,
    sessions: createSessions(database, audit, settings),
    devices: createDevices(database, tokens),
    setup: createSetup(database, users),
    roles: createRoles(database, audit, settings.roles),
    breakGlass: createBreakGlass(database, audit, events),
    known: createKnown(database, settings, logIn),
  };
}
