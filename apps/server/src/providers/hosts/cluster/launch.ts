import type { Capacity } from "../../port/api.ts";
import type { Moniker } from "../../port/naming.ts";

export type HealthCheck = {
  path: string;
  intervalMs: number;
  timeoutMs: number;
  /** Good answers in a row until an instance is up. */
  healthy: number;
  /** Bad answers in a row until an instance that was up is down. */
  unhealthy: number;
};

export type ArtifactSource = { type: "host/directory" | "host/tarball"; reference: string; version: string | null };

/** A cluster document, checked and with every default filled in. */
export type Launch = Moniker & {
  account: string;
  region: string;
  cluster: string;
  capacity: Capacity;
  zones: readonly string[];
  loadBalancers: readonly string[];
  /** Null only where an expression or an `artifactId` is still to be resolved. */
  artifact: ArtifactSource | null;
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Null: an instance is up while its process runs. */
  healthCheck: HealthCheck | null;
  stopTimeoutSec: number;
  /** How long an instance that leaves goes on serving after routers were told. */
  drainSec: number;
  progressDeadlineSec: number;
  canaryRole: "baseline" | "canary" | null;
  metricsPath: string | null;
  /** True for a dark deploy: `trafficManagement {enabled, options {enableTraffic: false}}`. */
  dark: boolean;
};

export type AccountShape = { name: string; regions: readonly { name: string; zones: readonly string[] }[] };
