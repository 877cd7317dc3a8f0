import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Actor } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import { administrator } from "../decision/api.ts";
import type { User } from "./api.ts";
import { hashOf, randomSecret } from "./random.ts";
import type { Users } from "./users.ts";

export type Setup = {
  /** A new one-time token while there is no administrator (the one before is void); null afterwards. */
  token(): Promise<string | null>;
  isOpen(): Promise<boolean>;
  /** Makes the first administrator. Throws `unauthenticated` for a wrong or used token. */
  complete(token: string, name: string, password: string, actor: Actor): Promise<User>;
};

const anAdministrator = `exists (select from access_user where exists (select from unnest(roles) role where lower(role) = '${administrator}'))`;

export function createSetup(database: Database, users: Users): Setup {
  const isOpen = async () => {
    const [row] = await database.query<{ open: boolean }>(`select not ${anAdministrator} as open`);
    return row?.open === true;
  };
  return {
    isOpen,
    async token() {
      const token = randomSecret();
      return database.transaction(async (tx) => {
        await tx.query("delete from access_setup");
        const rows = await tx.query(
          `insert into access_setup (hash) select $1 where not ${anAdministrator} returning 1`,
          [hashOf(token)],
        );
        return rows.length > 0 ? token : null;
      });
    },
    async complete(token, name, password, actor) {
      const [row] = await database.query("select 1 from access_setup where hash = $1", [hashOf(token)]);
      if (!row || !(await isOpen()))
        throw new GennakerError(
          "unauthenticated",
          "The setup token is not right or was used. Restart Gennaker to have a new one printed while there is no administrator.",
        );
      const user = await users.save(name, { roles: [administrator], password }, { ...actor, user: name });
      // Used up only now: a name or password that is refused may be corrected.
      await database.query("delete from access_setup");
      return user;
    },
  };
}
