import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import type { Database } from "../../database/api.ts";
import { createDatabase } from "../../database/create-database.ts";
import { migrate } from "../../database/migrate.ts";
import type { AuditInput } from "../api.ts";
import { createAuditLog } from "../create-audit-log.ts";
import { sealBatch } from "../seal.ts";

export type Scene = {
  url: string;
  database: Database;
  /** Writes an entry in a transaction of its own. */
  write(entry?: Partial<AuditInput>): Promise<void>;
  /** Seals all that waits. */
  seal(): Promise<void>;
  /** A change past Gennaker, by somebody who knows how to pass the tables' triggers. */
  tamper(sql: string): Promise<void>;
  end(): Promise<void>;
};

/** A migrated database with an audit log. */
export async function openScene(): Promise<Scene> {
  const { url, drop } = await createTestDatabase({
    key: "server",
    migrate: async (each) => void (await migrate(each)),
  });
  const database = createDatabase({ url });
  const audit = createAuditLog();
  return {
    url,
    database,
    write: (entry = {}) => database.transaction((tx) => audit.record(tx, entryOf(entry))),
    async seal() {
      while ((await database.transaction(sealBatch)) !== null);
    },
    tamper: (sql) =>
      database.transaction(async (tx) => {
        await tx.query("set local gennaker.audit_retention = 'on'");
        await tx.query(sql);
      }),
    async end() {
      await database.close();
      await drop();
    },
  };
}

export function entryOf(entry: Partial<AuditInput> = {}): AuditInput {
  return {
    actor: { user: "kim", roles: [], via: "api", address: "192.0.2.1", credential: "token/t1" },
    action: "pipeline.update",
    resource: "pipeline/1",
    application: "shop",
    before: { name: "a", 2: "two", 1: "one" },
    after: { name: "b", text: "배포 \u0000 \ud800" },
    ...entry,
  };
}
