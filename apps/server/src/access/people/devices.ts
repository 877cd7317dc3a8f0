import type { Actor } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import { hashOf, randomSecret, userCode } from "./random.ts";
import type { Tokens } from "./tokens.ts";

const lifeSeconds = 600;
const intervalSeconds = 3;
const tokenDays = 30;

type Poll = { state: "pending" | "denied" | "expired" | "approved"; token: string | null; user: string | null };

export type Devices = {
  start(
    name: string,
  ): Promise<{ deviceCode: string; userCode: string; expiresInSeconds: number; intervalSeconds: number }>;
  /** The token is given once; asking faster than the interval is answered `pending`. */
  poll(deviceCode: string, actor: Actor): Promise<Poll>;
  /** What a code was asked for; null when there is none that waits. */
  waiting(userCode: string): Promise<{ name: string } | null>;
  decide(userCode: string, user: string, approved: boolean): Promise<boolean>;
};

/** Logins of programs without a browser: a short code is entered by somebody who is signed in (as RFC 8628). */
export function createDevices(database: Database, tokens: Tokens): Devices {
  const open = "expires_at > now() and approved_by is null and not denied";
  return {
    async start(name) {
      const [deviceCode, code] = [randomSecret(), userCode()];
      await database.query(
        `insert into access_device (device_hash, user_code, name, expires_at)
         values ($1, $2, $3, now() + make_interval(secs => $4))`,
        [hashOf(deviceCode), code, name, lifeSeconds],
      );
      return { deviceCode, userCode: code, expiresInSeconds: lifeSeconds, intervalSeconds };
    },
    async poll(deviceCode, actor) {
      const hash = hashOf(deviceCode);
      const [approved] = await database.query<{ approved_by: string; name: string }>(
        "delete from access_device where device_hash = $1 and expires_at > now() and approved_by is not null returning approved_by, name",
        [hash],
      );
      if (approved) {
        const user = approved.approved_by;
        const expiresAt = new Date(Date.now() + tokenDays * 86_400_000);
        const input = { name: `login: ${approved.name}`, scopes: null, expiresAt };
        const token = await tokens.create(user, input, { ...actor, user });
        return { state: "approved", token: token.secret, user };
      }
      const [row] = await database.query<{ denied: boolean }>(
        "select denied from access_device where device_hash = $1 and expires_at > now()",
        [hash],
      );
      return { state: row === undefined ? "expired" : row.denied ? "denied" : "pending", token: null, user: null };
    },
    async waiting(code) {
      const [row] = await database.query<{ name: string }>(
        `select name from access_device where user_code = $1 and ${open}`,
        [plain(code)],
      );
      return row ?? null;
    },
    async decide(code, user, approved) {
      const rows = await database.query(
        `update access_device set approved_by = case when $3 then $2 end, denied = not $3 where user_code = $1 and ${open} returning 1`,
        [plain(code), user, approved],
      );
      return rows.length > 0;
    },
  };
}

/** As people type it: any case, with or without the hyphen. */
function plain(code: string): string {
  const letters = code.toUpperCase().replace(/[^A-Z0-9]/g, "");
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
