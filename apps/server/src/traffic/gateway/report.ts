import type { GatewayStatus } from "@gennaker/gateway-config/status.ts";
import type { Database } from "../../platform/database/api.ts";

/** What is known of a gateway at one moment. `problem` says in words why it is not up to date, empty when it is. */
export type Report = { status: GatewayStatus | null; problem: string; at: number };

const staleAfterMs = 15_000;
const silent = "the Gennaker that runs this account's gateway was not heard of lately; start it, or see its log";

/** Writes what was heard, unless it was written lately with the same words. Losing one with a crash does no harm. */
export function createReporter(database: Database, account: string, everyMs: number) {
  let written = { text: "", at: 0 };
  return async (report: Report): Promise<void> => {
    const text = JSON.stringify([report.status, report.problem]);
    const due = text === written.text ? staleAfterMs / 3 : everyMs;
    if (report.at - written.at < due) return;
    written = { text, at: report.at };
    await database.transaction(async (tx) => {
      await tx.query("set local synchronous_commit = off");
      await tx.query(
        `insert into gateway_report (account, status, problem) values ($1, $2, $3)
         on conflict (account) do update set status = excluded.status, problem = excluded.problem, reported_at = now()`,
        [account, report.status === null ? null : JSON.stringify(report.status), report.problem],
      );
    });
  };
}

/** The last report; one that is too old counts as none, with the reason. */
export async function readReport(database: Database, account: string): Promise<Report> {
  const rows = await database.query<{ status: string | null; problem: string; reported_at: Date; age: number }>(
    "select status, problem, reported_at, (extract(epoch from now() - reported_at) * 1000)::float8 as age from gateway_report where account = $1",
    [account],
  );
  const row = rows[0];
  if (!row || row.age > staleAfterMs) return { status: null, problem: silent, at: Date.now() };
  return {
    status: row.status === null ? null : (JSON.parse(row.status) as GatewayStatus),
    problem: row.problem,
    at: row.reported_at.getTime(),
  };
}
