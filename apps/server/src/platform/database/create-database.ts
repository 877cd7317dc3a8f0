import { createHash } from "node:crypto";
import pg from "pg";
import type { Database, Tx } from "./api.ts";
import { createNotifications } from "./notifications.ts";

const int8 = 20;
const preparedAtMost = 400;

/** bigint columns hold counters and sequence numbers here, all below 2^53: plain numbers are enough. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === int8 ? (text: string) => Number(text) : pg.types.getTypeParser(oid, format)) as never,
};

export type DatabaseOptions = {
  url: string;
  /** Connections at most; the embedded server allows 60 in all. Default 12. */
  connections?: number;
  log?: (message: string) => void;
};

/** Opens a pool on `url`. Connections are made when needed and again after the server was away. */
export function createDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? 12,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    application_name: "gennaker",
    types,
  });
  // Without a listener an idle connection that the server closes would end the process.
  // The pool takes its own listener off while a connection changes hands; a goodbye in that moment would end the process too.
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", (error) => options.log?.(`an idle database connection was lost: ${error.message}`));
  const named = createStatementNames();
  const notifications = createNotifications(
    options.url,
    (channel, payload) => pool.query("select pg_notify($1, $2)", [channel, payload]),
    options.log,
  );

  return {
    async query<R extends object>(text: string, values: readonly unknown[] = []) {
      return (await pool.query(named(text, values))).rows as R[];
    },
    afterCommit: (hook) => hook(),
    transaction: (work) => inTransaction(pool, named, work),
    listen: notifications.listen,
    notify: notifications.notify,
    async close() {
      await notifications.close();
      await pool.end();
    },
  };
}

type Statement = { text: string; values: unknown[]; name?: string };
type Named = (text: string, values: readonly unknown[]) => Statement;

/** Names statements so that each connection prepares them once; the first few hundred texts only, to bound memory. */
function createStatementNames(): Named {
  const names = new Map<string, string>();
  return (text, values) => {
    let name = names.get(text);
    if (name === undefined && names.size < preparedAtMost && values.length > 0) {
      name = `g_${createHash("sha1").update(text).digest("hex").slice(0, 20)}`;
      names.set(text, name);
    }
    const statement: Statement = { text, values: [...values] };
    return name === undefined ? statement : { ...statement, name };
  };
}

async function inTransaction<T>(pool: pg.Pool, named: Named, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const hooks: (() => void)[] = [];
  const ignoreLoss = () => undefined;
  client.on("error", ignoreLoss);
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const result = await work({
      async query<R extends object>(text: string, values: readonly unknown[] = []) {
        return (await client.query(named(text, values))).rows as R[];
      },
      afterCommit: (hook) => hooks.push(hook),
    });
    await client.query("commit");
    for (const hook of hooks) hook();
    return result;
  } catch (error) {
    await client.query("rollback").catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.off("error", ignoreLoss);
    client.release(broken);
  }
}
