import type { Database } from "../../../platform/database/api.ts";
import { encodeDocument } from "../../../platform/values/document.ts";
import type { Account } from "../../port/api.ts";
import type { AccountShape } from "../cluster/launch.ts";

/** An owner that was not heard of for this long is taken to be away. */
const AWAY_AFTER_MS = 60_000;

/** Claims the account for this data directory; false when it belongs to another one. */
export async function ownAccount(
  database: Database,
  account: AccountShape,
  dataDirectoryId: string,
  host: string,
): Promise<boolean> {
  const rows = await database.query<{ name: string }>(
    `insert into hosts_account (name, data_directory_id, host, regions) values ($1, $2, $3, $4)
     on conflict (name) do update set host = excluded.host, regions = excluded.regions, problem = '', seen_at = now()
       where hosts_account.data_directory_id = excluded.data_directory_id
     returning name`,
    [
      account.name,
      dataDirectoryId,
      host,
      encodeDocument(account.regions.map(({ name, zones }) => ({ name, zones: [...zones] }))),
    ],
  );
  return rows.length === 1;
}

export async function loadAccounts(
  database: Database,
  self: { dataDirectoryId: string; owning: boolean },
): Promise<Account[]> {
  const rows = await database.query<{
    name: string;
    data_directory_id: string;
    host: string;
    regions: string;
    problem: string;
    silent_ms: number;
  }>(`select name, data_directory_id, host, regions, problem,
        (extract(epoch from now() - seen_at) * 1000)::float8 as silent_ms from hosts_account order by name`);
  return rows.map((row) => {
    const away = row.data_directory_id === self.dataDirectoryId ? !self.owning : row.silent_ms > AWAY_AFTER_MS;
    const reason =
      row.problem !== ""
        ? row.problem
        : away
          ? `the Gennaker on ${row.host} that owns it (data directory ${row.data_directory_id}) is not running; start it, or use another account`
          : "";
    return {
      name: row.name,
      cloudProvider: "hosts",
      regions: JSON.parse(row.regions) as Account["regions"],
      reachable: reason === "",
      reason,
    };
  });
}
