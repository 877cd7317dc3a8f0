/** What `GET /v1/status` of a gateway answers. Times are ISO 8601 UTC; counts start with the process. */
export interface GatewayStatus {
  pid: number;
  version: string;
  /** When the process started. */
  since: string;
  /** Generation in force; 0 before the first snapshot. */
  generation: number;
  /** When that generation came into force. */
  generationSince: string;
  /** Refuses new connections and leaves when the last request has ended. */
  draining: boolean;
  /** A state file that could not be read at start and where it was moved; null when all was well. */
  stateProblem: string | null;
  loadBalancers: LoadBalancerStatus[];
}

export interface LoadBalancerStatus {
  name: string;
  bind: string;
  port: number;
  /** Set while the port cannot be opened: why. It is tried again; a load balancer that moved stays on its former port. */
  portProblem?: string;
  clientConnections: number;
  inFlight: number;
  /** Answered requests, whoever answered. */
  requests: number;
  /** Answered by the gateway itself: nothing could be routed to, or the request was refused. */
  unrouted: number;
  serverGroups: ServerGroupStatus[];
}

export interface ServerGroupStatus {
  name: string;
  /** Configured percent. */
  weight: number;
  /** Percent it gets now. */
  share: number;
  /** Set when share is 0. */
  reason?: "noHealthyInstance" | "noWeight";
  healthyInstances: number;
  inFlight: number;
  requests: number;
  /** Answers with status 500–599, from the instance or in its place. */
  errors: number;
  instances: InstanceStatus[];
}

export type InstanceHealth = "unchecked" | "unknown" | "healthy" | "unhealthy";

export interface InstanceStatus {
  id: string;
  address: string;
  port: number;
  state: "active" | "draining";
  /** `unchecked`: the load balancer has no health check, so the instance counts as healthy. */
  health: InstanceHealth;
  /** The last failed check in words; absent when healthy. */
  reason?: string;
  inFlight: number;
  requests: number;
}
