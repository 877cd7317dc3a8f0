import type { Health, ServerGroupRef } from "../../port/api.ts";

/** A row of hosts_server_group. */
export type GroupRow = {
  account: string;
  region: string;
  name: string;
  application: string;
  cluster: string;
  sequence: number;
  operation_key: string;
  launch: string;
  artifact_type: string;
  artifact_reference: string;
  artifact_digest: string;
  artifact_version: string | null;
  capacity_min: number;
  capacity_max: number;
  capacity_desired: number;
  disabled: boolean;
  destroying: boolean;
  health_status: Health["status"];
  health_code: string;
  health_reason: string;
  created_at: Date;
  progress_at: Date;
};

export type Phase = "intended" | "running" | "exited" | "stopping";

/** A row of hosts_instance. */
export type InstanceRow = {
  id: string;
  account: string;
  region: string;
  server_group: string;
  zone: string;
  port: number;
  phase: Phase;
  attempt: number;
  pid: number | null;
  process_mark: string | null;
  healthy: boolean | null;
  reason: string;
  exit_status: number | null;
  failures: number;
  drain_ms: number;
  created_at: Date;
  started_at: Date | null;
  next_start_at: Date | null;
};

export function refOf(row: { account: string; region: string; name: string }): ServerGroupRef {
  return { account: row.account, region: row.region, name: row.name };
}

/** The subject of a server group's events, and the key it goes by in memory. */
export function refKey(ref: ServerGroupRef): string {
  return `${ref.account}/${ref.region}/${ref.name}`;
}
