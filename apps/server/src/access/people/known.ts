import { createHmac, randomBytes } from "node:crypto";
import type { Actor } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { AccessSettings } from "../settings/api.ts";
import type { Identity, User } from "./api.ts";
import type { UserRow } from "./rows.ts";
import { admitted, subjectOf, userOf } from "./rows.ts";
import { openGlass } from "./sessions.ts";

const rememberedMs = 60_000;
const mostRemembered = 1_000;

export type Known = {
  /** Who has the name, with the rules' version; null where nobody has, or is disabled. */
  byKey(key: string, by: "password" | "bearer"): Promise<Identity | null>;
  /** A name with its password, hashed once a minute at most: clients with Basic send it with every request. */
  byPassword(name: string, password: string, actor: Actor): Promise<Identity | null>;
};

type Row = UserRow & { version: string; glass_until: Date | null; glass_reason: string | null };

export function createKnown(
  database: Database,
  settings: AccessSettings,
  logIn: (name: string, password: string, actor: Actor) => Promise<User>,
): Known {
  const secret = randomBytes(32);
  const remembered = new Map<string, { key: string; stored: string | null; until: number }>();

  async function read(key: string, by: "password" | "bearer"): Promise<{ identity: Identity; row: Row } | null> {
    const [row] = await database.query<Row>(
      `select u.*, (select version::text from access_state) as version, glass.until as glass_until, glass.reason as glass_reason
       from access_user u ${openGlass} where u.key = $1 and ${admitted}`,
      [key],
    );
    if (!row) return null;
    const user = userOf(row);
    const breakGlass = row.glass_until ? { until: row.glass_until, reason: row.glass_reason ?? "" } : null;
    const subject = subjectOf(user, settings, { breakGlass });
    return { identity: { user, subject, by: { kind: by }, version: row.version }, row };
  }

  return {
    byKey: async (key, by) => (await read(key, by))?.identity ?? null,
    async byPassword(name, password, actor) {
      const mark = createHmac("sha256", secret)
        .update(JSON.stringify([name, password]))
        .digest("base64");
      const before = remembered.get(mark);
      if (before && before.until > Date.now()) {
        const found = await read(before.key, "password");
        // A new password ends what the old one opened.
        if (found && found.row.password === before.stored) return found.identity;
      }
      remembered.delete(mark);
      const user = await logIn(name, password, actor);
      const found = await read(user.key, "password");
      if (!found) return null;
      if (remembered.size >= mostRemembered) remembered.clear();
      remembered.set(mark, { key: user.key, stored: found.row.password, until: Date.now() + rememberedMs });
      return found.identity;
    },
  };
}
