import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Tx } from "../../../platform/database/api.ts";
import { encodeDocument, encodeText } from "../../../platform/values/document.ts";
import { nextSequence, serverGroupName } from "../../port/naming.ts";

/** A row of hosts_operation: what one operation key stands for. */
export type OperationRow = {
  key: string;
  account: string;
  kind: string;
  region: string;
  server_group: string | null;
  request: string | null;
  state: "pending" | "done" | "failed";
  error: string | null;
};

export async function loadOperation(tx: Tx, key: string): Promise<OperationRow | null> {
  const rows = await tx.query<OperationRow>("select * from hosts_operation where key = $1", [key]);
  return rows[0] ?? null;
}

export async function loadPending(tx: Tx, account: string): Promise<OperationRow[]> {
  return tx.query<OperationRow>(
    "select * from hosts_operation where account = $1 and state = 'pending' order by created_at",
    [account],
  );
}

/**
 * Takes `key` for one operation in this transaction; false when it was done before. Two at once wait for each other,
 * so only one does it.
 */
export async function takeKey(
  tx: Tx,
  key: string,
  kind: string,
  target: { account: string; region: string; name: string },
): Promise<boolean> {
  const rows = await tx.query<{ key: string }>(
    `insert into hosts_operation (key, account, kind, region, server_group, state, done_at)
     values ($1, $2, $3, $4, $5, 'done', now()) on conflict (key) do nothing returning key`,
    [key, target.account, kind, target.region, target.name],
  );
  if (rows.length === 1) return true;
  const [known] = await tx.query<OperationRow>("select * from hosts_operation where key = $1 for update", [key]);
  if (known !== undefined && (known.kind !== kind || known.server_group !== target.name)) {
    throw new GennakerError(
      "conflict",
      `The operation key ${key} stands for another operation (${known.kind} ${known.server_group ?? ""})`,
    );
  }
  return false;
}

/**
 * Reserves the next name of a cluster for `key`; with a key seen before, the name it got then. The cluster's row stays
 * locked until the transaction ends, so two deploys at once get two names.
 */
export async function reserveName(
  tx: Tx,
  key: string,
  place: { account: string; region: string; cluster: string },
): Promise<{ name: string; sequence: number; isNew: boolean }> {
  const { account, region, cluster } = place;
  await tx.query(
    `insert into hosts_operation (key, account, kind, region, state) values ($1, $2, 'create', $3, 'pending')
     on conflict (key) do nothing`,
    [key, account, region],
  );
  const [operation] = await tx.query<OperationRow>("select * from hosts_operation where key = $1 for update", [key]);
  if (operation?.kind !== "create")
    throw new GennakerError("conflict", `The operation key ${key} stands for another operation`);
  if (operation.server_group !== null) return { name: operation.server_group, sequence: -1, isNew: false };
  await tx.query(
    "insert into hosts_cluster (account, region, name, last_sequence) values ($1, $2, $3, -1) on conflict do nothing",
    [account, region, cluster],
  );
  const [last] = await tx.query<{ last_sequence: number }>(
    "select last_sequence from hosts_cluster where account = $1 and region = $2 and name = $3 for update",
    [account, region, cluster],
  );
  const taken = await tx.query<{ sequence: number }>(
    "select sequence from hosts_server_group where account = $1 and region = $2 and cluster = $3",
    [account, region, cluster],
  );
  const previous = last?.last_sequence ?? -1;
  const sequence = nextSequence(previous < 0 ? null : previous, new Set(taken.map((row) => row.sequence)));
  if (sequence === null) {
    throw new GennakerError(
      "conflict",
      `Cluster ${cluster} in ${account}/${region} has all 1000 server groups a name can number; destroy old ones`,
    );
  }
  const name = serverGroupName(cluster, sequence);
  await tx.query("update hosts_cluster set last_sequence = $4 where account = $1 and region = $2 and name = $3", [
    account,
    region,
    cluster,
    sequence,
  ]);
  await tx.query(
    "update hosts_operation set server_group = $2, state = 'done', error = null, request = null, done_at = now() where key = $1",
    [key, name],
  );
  return { name, sequence, isNew: true };
}

/** Leaves a creation for the account's owner; one that failed before is asked for again. */
export async function queueCreation(
  tx: Tx,
  key: string,
  account: string,
  region: string,
  cluster: JsonObject,
): Promise<void> {
  await tx.query(
    `insert into hosts_operation (key, account, kind, region, request, state) values ($1, $2, 'create', $3, $4, 'pending')
     on conflict (key) do update set state = 'pending', error = null, request = excluded.request
       where hosts_operation.state = 'failed'`,
    [key, account, region, encodeDocument(cluster)],
  );
}

/** Takes back a creation that nobody has begun. */
export async function withdrawCreation(tx: Tx, key: string): Promise<void> {
  await tx.query("delete from hosts_operation where key = $1 and state = 'pending'", [key]);
}

export async function failOperation(tx: Tx, key: string, error: GennakerError): Promise<void> {
  const document = {
    code: error.code,
    message: encodeText(error.message),
    problems: error.problems.map((problem) => ({ ...problem })),
  };
  await tx.query(
    "update hosts_operation set state = 'failed', error = $2, done_at = now() where key = $1 and state = 'pending'",
    [key, encodeDocument(document)],
  );
}

/** The error that the owner stored, as the one who asked should see it. */
export function storedError(text: string | null): GennakerError {
  const { code, message, problems } = JSON.parse(text ?? "{}") as {
    code?: GennakerError["code"];
    message?: string;
    problems?: { pointer: string; reason: string }[];
  };
  return new GennakerError(code ?? "internal", message ?? "The operation failed", { problems: problems ?? [] });
}

/** Forgets keys that no execution can come back with any more. */
export async function forgetOldOperations(tx: Tx, days: number): Promise<void> {
  await tx.query("delete from hosts_operation where done_at < now() - make_interval(days => $1)", [days]);
}
