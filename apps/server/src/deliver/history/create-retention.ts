import type { RetentionPolicy } from "../../engine/api.ts";
import type { AuditLog } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import { encodeText } from "../../platform/values/document.ts";
import type { Retention } from "./api.ts";

type Row = { application: string; keep_days: number | null; keep_last: number | null };

/** Runs are kept for ever until somebody says otherwise. */
const forEver: RetentionPolicy = { keepDays: null, keepLast: null };
/** The row of the server's own policy. */
const ofServer = "";

const toPolicy = (row: Row): RetentionPolicy => ({ keepDays: row.keep_days, keepLast: row.keep_last });

export function createRetention({ database, audit }: { database: Database; audit: AuditLog }): Retention {
  const all = () =>
    database.query<Row>("select application, keep_days, keep_last from deliver_retention order by application");

  /** Runs `change` with the row before it locked, and writes what became different. */
  async function changed(
    application: string,
    actor: Parameters<Retention["clear"]>[1],
    after: RetentionPolicy | null,
    change: (tx: Tx) => Promise<unknown>,
  ): Promise<boolean> {
    return database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock(hashtext('gennaker retention policy'))");
      const [before] = await tx.query<Row>(
        "select application, keep_days, keep_last from deliver_retention where application = $1",
        [application],
      );
      if (before === undefined && after === null) return false;
      await change(tx);
      await audit.record(tx, {
        actor,
        action: after === null ? "retention.clear" : "retention.set",
        resource: application === ofServer ? "retention" : `application/${application}/retention`,
        application: application === ofServer ? null : application,
        ...(before === undefined ? {} : { before: toPolicy(before) }),
        ...(after === null ? {} : { after }),
      });
      return true;
    });
  }

  return {
    async read() {
      const rows = await all();
      const server = rows.find((row) => row.application === ofServer);
      return {
        server: server === undefined ? forEver : toPolicy(server),
        applications: rows
          .filter((row) => row.application !== ofServer)
          .map((row) => ({ application: row.application, ...toPolicy(row) })),
      };
    },

    async of(name) {
      const application = nameOf(name);
      const rows = await all();
      const own = rows.find((row) => row.application === application);
      if (own !== undefined) return { application, ...toPolicy(own), source: "application" };
      const server = rows.find((row) => row.application === ofServer);
      return { application, ...(server === undefined ? forEver : toPolicy(server)), source: "server" };
    },

    async set(name, { keepDays, keepLast }, actor) {
      const application = name === null ? ofServer : nameOf(name);
      await changed(application, actor, { keepDays, keepLast }, (tx) =>
        tx.query(
          `insert into deliver_retention (application, keep_days, keep_last, updated_by) values ($1, $2, $3, $4)
           on conflict (application) do update set keep_days = $2, keep_last = $3, updated_by = $4, updated_at = now()`,
          [application, keepDays, keepLast, encodeText(actor.user)],
        ),
      );
    },

    clear(name, actor) {
      const application = nameOf(name);
      return changed(application, actor, null, (tx) =>
        tx.query("delete from deliver_retention where application = $1", [application]),
      );
    },
  };
}

/** Names of applications are stored in lower case. */
function nameOf(name: string): string {
  return encodeText(name.trim().toLowerCase());
}
