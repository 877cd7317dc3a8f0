import type { Tx } from "../../../platform/database/api.ts";
import { encodeText } from "../../../platform/values/document.ts";
import type { Capacity, Health, InventoryFilter, ServerGroupRef } from "../../port/api.ts";
import type { GroupRow, InstanceRow } from "./rows.ts";

export async function loadGroups(tx: Tx, filter: InventoryFilter): Promise<GroupRow[]> {
  return tx.query<GroupRow>(
    `select * from hosts_server_group
     where ($1::text is null or application = $1) and ($2::text is null or account = $2)
       and ($3::text is null or region = $3) and ($4::text is null or cluster = $4)
     order by account, region, cluster, created_at, name`,
    [filter.application?.toLowerCase() ?? null, filter.account ?? null, filter.region ?? null, filter.cluster ?? null],
  );
}

export async function loadGroup(tx: Tx, ref: ServerGroupRef): Promise<GroupRow | null> {
  const rows = await tx.query<GroupRow>(
    "select * from hosts_server_group where account = $1 and region = $2 and name = $3",
    [ref.account, ref.region, ref.name],
  );
  return rows[0] ?? null;
}

export async function loadInstances(tx: Tx, ref: ServerGroupRef): Promise<InstanceRow[]> {
  return tx.query<InstanceRow>(
    "select * from hosts_instance where account = $1 and region = $2 and server_group = $3 order by created_at, id",
    [ref.account, ref.region, ref.name],
  );
}

/** Instances of many groups at once, for the inventory. */
export async function loadInstancesOf(tx: Tx, groups: readonly GroupRow[]): Promise<InstanceRow[]> {
  if (groups.length === 0) return [];
  return tx.query<InstanceRow>(
    `select i.* from hosts_instance i
     join unnest($1::text[], $2::text[], $3::text[]) as g (account, region, name)
       on i.account = g.account and i.region = g.region and i.server_group = g.name
     order by i.created_at, i.id`,
    [groups.map(({ account }) => account), groups.map(({ region }) => region), groups.map(({ name }) => name)],
  );
}

export async function loadAccountInstances(tx: Tx, account: string): Promise<InstanceRow[]> {
  return tx.query<InstanceRow>("select * from hosts_instance where account = $1", [account]);
}

export async function loadDigests(tx: Tx): Promise<Set<string>> {
  const rows = await tx.query<{ artifact_digest: string }>("select distinct artifact_digest from hosts_server_group");
  return new Set(rows.map(({ artifact_digest }) => artifact_digest));
}

export async function insertGroup(tx: Tx, row: Omit<GroupRow, "created_at" | "progress_at">): Promise<void> {
  await tx.query(
    `insert into hosts_server_group (account, region, name, application, cluster, sequence, operation_key, launch,
       artifact_type, artifact_reference, artifact_digest, artifact_version, capacity_min, capacity_max, capacity_desired,
       disabled, destroying, health_status, health_code, health_reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      row.account,
      row.region,
      row.name,
      row.application,
      row.cluster,
      row.sequence,
      row.operation_key,
      row.launch,
      row.artifact_type,
      encodeText(row.artifact_reference),
      row.artifact_digest,
      row.artifact_version === null ? null : encodeText(row.artifact_version),
      row.capacity_min,
      row.capacity_max,
      row.capacity_desired,
      row.disabled,
      row.destroying,
      row.health_status,
      row.health_code,
      row.health_reason,
    ],
  );
}

export async function insertInstance(tx: Tx, row: InstanceRow): Promise<void> {
  await tx.query(
    `insert into hosts_instance (id, account, region, server_group, zone, port, phase, reason, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [row.id, row.account, row.region, row.server_group, row.zone, row.port, row.phase, row.reason, row.created_at],
  );
}

/** Saves what the reconciler changed, unless an operation changed the row's phase meanwhile (false then). */
export async function updateInstance(tx: Tx, before: InstanceRow, after: InstanceRow): Promise<boolean> {
  const rows = await tx.query(
    `update hosts_instance set port = $4, phase = $5, attempt = $6, pid = $7, process_mark = $8, healthy = $9,
       reason = $10, exit_status = $11, failures = $12, drain_ms = $13, started_at = $14, next_start_at = $15
     where id = $1 and phase = $2 and attempt = $3 returning id`,
    [
      before.id,
      before.phase,
      before.attempt,
      after.port,
      after.phase,
      after.attempt,
      after.pid,
      after.process_mark,
      after.healthy,
      encodeText(after.reason),
      after.exit_status,
      after.failures,
      after.drain_ms,
      after.started_at,
      after.next_start_at,
    ],
  );
  return rows.length === 1;
}

export async function deleteInstance(tx: Tx, id: string): Promise<void> {
  await tx.query("delete from hosts_instance where id = $1", [id]);
}

export async function deleteGroup(tx: Tx, ref: ServerGroupRef): Promise<void> {
  await tx.query("delete from hosts_server_group where account = $1 and region = $2 and name = $3 and destroying", [
    ref.account,
    ref.region,
    ref.name,
  ]);
}

/** Stores a verdict, unless what is asked for changed since `judged` was read (false then): it would be out of date. */
export async function updateHealth(tx: Tx, judged: GroupRow, health: Health, progressAt: Date): Promise<boolean> {
  const rows = await tx.query(
    `update hosts_server_group set health_status = $4, health_code = $5, health_reason = $6,
       progress_at = greatest(progress_at, $7)
     where account = $1 and region = $2 and name = $3 and capacity_desired = $8 and destroying = $9 returning name`,
    [
      judged.account,
      judged.region,
      judged.name,
      health.status,
      health.code,
      encodeText(health.reason),
      progressAt,
      judged.capacity_desired,
      judged.destroying,
    ],
  );
  return rows.length === 1;
}

export async function setCapacity(tx: Tx, ref: ServerGroupRef, capacity: Capacity): Promise<GroupRow | null> {
  return first(
    await tx.query<GroupRow>(
      `update hosts_server_group set capacity_min = $4, capacity_max = $5, capacity_desired = $6, progress_at = now(),
       health_status = 'progressing', health_code = 'resizing', health_reason = $7
     where account = $1 and region = $2 and name = $3 and not destroying returning *`,
      [
        ref.account,
        ref.region,
        ref.name,
        capacity.min,
        capacity.max,
        capacity.desired,
        `asked for ${capacity.desired} instances`,
      ],
    ),
  );
}

export async function setDisabled(tx: Tx, ref: ServerGroupRef, disabled: boolean): Promise<GroupRow | null> {
  return first(
    await tx.query<GroupRow>(
      "update hosts_server_group set disabled = $4 where account = $1 and region = $2 and name = $3 and (not destroying or $4) returning *",
      [ref.account, ref.region, ref.name, disabled],
    ),
  );
}

/** Marks the whole group for its end, disabled first, so that routers leave it before anything stops. */
export async function setDestroying(tx: Tx, ref: ServerGroupRef, drainMs: number): Promise<GroupRow | null> {
  // One order of locks for all: the group's row, then its instances'.
  await tx.query("select 1 from hosts_server_group where account = $1 and region = $2 and name = $3 for update", [
    ref.account,
    ref.region,
    ref.name,
  ]);
  await tx.query(
    `update hosts_instance i set drain_ms = case when g.disabled or i.healthy is not true then 0 else $4 end
     from hosts_server_group g
     where g.account = $1 and g.region = $2 and g.name = $3 and not g.destroying
       and i.account = g.account and i.region = g.region and i.server_group = g.name and i.phase <> 'stopping'`,
    [ref.account, ref.region, ref.name, drainMs],
  );
  return first(
    await tx.query<GroupRow>(
      `update hosts_server_group set destroying = true, disabled = true, health_status = 'progressing',
       health_code = 'destroying', health_reason = 'is being destroyed'
     where account = $1 and region = $2 and name = $3 returning *`,
      [ref.account, ref.region, ref.name],
    ),
  );
}

export async function setInstanceStopping(
  tx: Tx,
  ref: ServerGroupRef,
  id: string,
  reason: string,
  drainMs: number,
): Promise<boolean> {
  const rows = await tx.query(
    `update hosts_instance set phase = 'stopping', reason = $5, drain_ms = case when healthy then $6 else 0 end
     where account = $1 and region = $2 and server_group = $3 and id = $4 and phase <> 'stopping' returning id`,
    [ref.account, ref.region, ref.name, id, reason, drainMs],
  );
  return rows.length === 1;
}

function first<T>(rows: readonly T[]): T | null {
  return rows[0] ?? null;
}
