import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Database, Tx } from "../../../platform/database/api.ts";
import { encodeDocument } from "../../../platform/values/document.ts";
import type { ServerGroupRef } from "../../port/api.ts";

export type OperationKind = "resize" | "enable" | "disable" | "destroy" | "terminate";

/** A creation as it was decided once: the name, the number in it, and what is sent; null once it was sent. */
export type Creation = { name: string; manifest: JsonObject | null };

/** What operation keys stand for. Side effects happen between `begin` and `done`, with no transaction open. */
export type OperationStore = {
  /** False when the key's operation was done before. A key of another operation is a `conflict`. */
  begin(key: string, kind: OperationKind, ref: ServerGroupRef): Promise<boolean>;
  /**
   * Takes the next number of a cluster for a creation, after `latest` and after those that are being created; with a
   * key seen before, what was decided then. Two at once get two numbers.
   */
  reserve(
    key: string,
    place: { account: string; region: string; cluster: string },
    latest: number | null,
    make: (sequence: number) => { name: string; manifest: JsonObject },
  ): Promise<Creation>;
  done(key: string): Promise<void>;
};

type Row = { kind: string; server_group: string; manifest: string | null; done_at: Date | null };

/** Keys are forgotten when no execution can come back with them any more. */
const keepDays = 60;

export function createOperationStore(database: Pick<Database, "transaction">): OperationStore {
  return {
    begin: (key, kind, ref) =>
      database.transaction(async (tx) => {
        await tx.query(
          `insert into kubernetes_operation (key, kind, account, region, server_group) values ($1, $2, $3, $4, $5)
           on conflict (key) do nothing`,
          [key, kind, ref.account, ref.region, ref.name],
        );
        const row = await load(tx, key);
        if (row.kind !== kind || row.server_group !== ref.name) throw conflict(key, row);
        return row.done_at === null;
      }),
    reserve: (key, place, latest, make) =>
      database.transaction(async (tx) => {
        const { account, region, cluster } = place;
        await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 83))", [`${account}/${region}/${cluster}`]);
        const [known] = await tx.query<Row>("select * from kubernetes_operation where key = $1", [key]);
        if (known !== undefined && known.kind !== "create") throw conflict(key, known);
        if (known !== undefined) return creationOf(known);
        // What was created since the cluster was asked is not in its answer yet.
        const [taken] = await tx.query<{ last: number | null }>(
          `select max(sequence) as last from kubernetes_operation
           where account = $1 and region = $2 and cluster = $3 and created_at > now() - interval '1 hour'`,
          [account, region, cluster],
        );
        const sequence = Math.max(latest ?? -1, taken?.last ?? -1) + 1;
        const { name, manifest } = make(sequence);
        await tx.query(
          `insert into kubernetes_operation (key, kind, account, region, server_group, cluster, sequence, manifest)
           values ($1, 'create', $2, $3, $4, $5, $6, $7)`,
          [key, account, region, name, cluster, sequence, encodeDocument(manifest)],
        );
        return { name, manifest };
      }),
    done: (key) =>
      database.transaction(async (tx) => {
        await tx.query("update kubernetes_operation set done_at = now(), manifest = null where key = $1", [key]);
        await tx.query("delete from kubernetes_operation where created_at < now() - make_interval(days => $1)", [
          keepDays,
        ]);
      }),
  };
}

async function load(tx: Tx, key: string): Promise<Row> {
  const [row] = await tx.query<Row>("select * from kubernetes_operation where key = $1", [key]);
  if (row === undefined) throw new Error(`the operation ${key} is not stored`);
  return row;
}

function creationOf({ server_group: name, manifest, done_at }: Row): Creation {
  return { name, manifest: done_at !== null || manifest === null ? null : (JSON.parse(manifest) as JsonObject) };
}

function conflict(key: string, { kind, server_group }: Row): GennakerError {
  return new GennakerError(
    "conflict",
    `The operation key ${key} stands for another operation (${kind} ${server_group}).`,
  );
}
