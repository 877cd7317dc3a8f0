/**
 * The shapes of the server's ports, as far as the fakes answer them. They are structural on purpose: packages do not
 * import the server, and assigning a fake to a port in a test checks that both agree.
 */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type Ref = { account: string; region: string; name: string };
export type Capacity = { min: number; max: number; desired: number };
export type Operation = { key: string; signal: AbortSignal };
export type InstanceState = "starting" | "up" | "down" | "outOfService" | "stopping" | "stopped" | "unknown";

export type FakeInstance = {
  id: string;
  zone: string;
  state: InstanceState;
  reason: string;
  address: string | null;
  port: number | null;
  startedAt: string | null;
  restarts: number;
  details: JsonObject;
};

export type FakeGroup = Ref & {
  cloudProvider: string;
  application: string;
  cluster: string;
  stack: string;
  detail: string;
  sequence: number;
  createdAt: string;
  disabled: boolean;
  capacity: Capacity;
  instances: FakeInstance[];
  loadBalancers: string[];
  zones: string[];
  artifact: { type: string; reference: string; digest: string; version: string | null };
  health: { status: "stable" | "progressing" | "paused" | "failed"; code: string; reason: string };
  canaryRole: "baseline" | "canary" | null;
  launch: JsonObject;
  metricsPath: string | null;
};
