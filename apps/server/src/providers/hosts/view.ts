import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Instance, InstanceState, ServerGroup } from "../port/api.ts";
import type { AccountShape } from "./cluster/launch.ts";
import { parseCluster } from "./cluster/parse-cluster.ts";
import type { GroupRow, InstanceRow } from "./store/rows.ts";

/** What one instance's processes use: kept in memory by the account's owner, measured every few seconds. */
export type Usage = { cpuPercent: number; memoryBytes: number };

/** A stored server group as every provider shows one. Pure. */
export function toServerGroup(
  row: GroupRow,
  instances: readonly InstanceRow[],
  account: AccountShape,
  usage: (instance: string) => Usage | null,
): ServerGroup {
  const document = JSON.parse(row.launch) as JsonObject;
  const { launch } = parseCluster(document, account, { expressions: true });
  return {
    account: row.account,
    region: row.region,
    name: row.name,
    cloudProvider: "hosts",
    application: row.application,
    cluster: row.cluster,
    stack: launch.stack,
    detail: launch.detail,
    sequence: row.sequence,
    createdAt: row.created_at.toISOString(),
    disabled: row.disabled,
    capacity: { min: row.capacity_min, max: row.capacity_max, desired: row.capacity_desired },
    instances: instances.map((instance) => toInstance(instance, row.disabled, usage(instance.id))),
    loadBalancers: launch.loadBalancers,
    zones: launch.zones,
    artifact: {
      type: row.artifact_type,
      reference: row.artifact_reference,
      digest: row.artifact_digest,
      version: row.artifact_version,
    },
    health: { status: row.health_status, code: row.health_code, reason: row.health_reason },
    canaryRole: launch.canaryRole,
    launch: document,
    metricsPath: launch.metricsPath,
  };
}

function toInstance(row: InstanceRow, disabled: boolean, usage: Usage | null): Instance {
  const state = stateOf(row, disabled);
  const details: JsonObject = {
    pid: row.pid,
    exitStatus: row.exit_status,
    failures: row.failures,
    attempt: row.attempt,
  };
  if (usage !== null) Object.assign(details, usage);
  if (row.phase === "exited" && row.next_start_at !== null) details["nextStartAt"] = row.next_start_at.toISOString();
  return {
    id: row.id,
    zone: row.zone,
    state,
    reason: reasonOf(row, state),
    address: "127.0.0.1",
    port: row.port,
    startedAt: row.started_at?.toISOString() ?? null,
    restarts: row.attempt - 1,
    details,
  };
}

function stateOf(row: InstanceRow, disabled: boolean): InstanceState {
  switch (row.phase) {
    case "intended":
      return "starting";
    case "exited":
      return "down";
    case "stopping":
      return "stopping";
    case "running":
      return row.healthy === null ? "starting" : !row.healthy ? "down" : disabled ? "outOfService" : "up";
  }
}

function reasonOf(row: InstanceRow, state: InstanceState): string {
  if (state === "outOfService") return "runs and is healthy; its server group is disabled";
  return row.reason === "" && state === "up" ? "runs and is healthy" : row.reason;
}
