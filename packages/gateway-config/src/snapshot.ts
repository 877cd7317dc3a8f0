import { z } from "zod";

/**
 * The whole configuration of one gateway, replaced as one piece. Generations only grow; a gateway refuses older ones.
 * All times are milliseconds, all weights percent of the load balancer's requests.
 */

const nameText = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}+$/u, "must not contain control characters");
const labelText = z.string().max(255);
const port = z.int().min(1).max(65535);
const milliseconds = (least: number) => z.int().min(least).max(86_400_000);
const fieldName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, "must be an HTTP field name (RFC 9110 token)");

const instanceSchema = z.strictObject({
  id: nameText,
  /** IP address or host name the gateway connects to. */
  address: z.string().min(1).max(255),
  port,
  zone: labelText.optional(),
  /** A draining instance finishes what it has and gets no new request. */
  state: z.enum(["active", "draining"]),
});

const serverGroupSchema = z.strictObject({
  name: nameText,
  /** Percent of the load balancer's requests, already resolved. 0 takes no weighted traffic. */
  weight: z.number().min(0).max(100),
  labels: z.strictObject({ application: labelText, account: labelText, region: labelText, cluster: labelText }),
  instances: z.array(instanceSchema).max(10_000),
});

const healthCheckSchema = z.strictObject({
  path: z
    .string()
    .max(2048)
    .regex(/^\/[\x21-\x7e]*$/, "must start with / and hold no spaces or control characters"),
  intervalMs: milliseconds(50),
  timeoutMs: milliseconds(10),
  /** Passes in a row that bring an unhealthy instance back. The first pass of a new instance is enough. */
  healthy: z.int().min(1).max(100),
  /** Failures in a row that take a healthy instance out. */
  unhealthy: z.int().min(1).max(100),
});

const timeoutsSchema = z.strictObject({
  /** To establish a connection to an instance; then another instance is tried. Default 2,000. */
  connectMs: milliseconds(10).optional(),
  /** From the complete request to the response head; then 504. Default 30,000. */
  responseMs: milliseconds(10).optional(),
  /** Without a byte in either direction in the middle of a message or an upgraded stream. Default 300,000. */
  idleMs: milliseconds(10).optional(),
  /** For a client to send a whole request head; then 408. Default 10,000. */
  clientHeadMs: milliseconds(10).optional(),
  /** Unused client connections are closed after this. Default 75,000. */
  clientIdleMs: milliseconds(10).optional(),
  /** How long a response may still start after the client has closed its sending side. Default 1,000. */
  halfCloseMs: milliseconds(0).optional(),
  /** Unused instance connections are closed after this, or sooner if the instance announces it. Default 4,000. */
  upstreamIdleMs: milliseconds(0).optional(),
});

const loadBalancerSchema = z.strictObject({
  name: nameText,
  port,
  /** IP address the listener binds. Default 127.0.0.1. */
  bind: z.string().min(1).max(255).optional(),
  /** How an instance is chosen inside a server group. Default round-robin. */
  algorithm: z.enum(["round-robin", "least-in-flight"]).optional(),
  serverGroups: z.array(serverGroupSchema).max(1_000),
  /** Without one every active instance counts as healthy. */
  healthCheck: healthCheckSchema.optional(),
  /** First match wins and goes to that group whatever its weight; values are compared exactly. */
  headerRoutes: z
    .array(z.strictObject({ header: fieldName, value: z.string().max(4096), serverGroup: nameText }))
    .max(1_000)
    .optional(),
  /** Copies a share of the requests to a group and drops its answers. */
  mirror: z.strictObject({ serverGroup: nameText, percent: z.number().min(0).max(100) }).optional(),
  /** `attempts`: further tries after the first, on other instances. Default 2, no limit of time per try. */
  retries: z
    .strictObject({ attempts: z.int().min(0).max(10), perTryTimeoutMs: milliseconds(10).optional() })
    .optional(),
  timeouts: timeoutsSchema.optional(),
  /** Keeps X-Forwarded-Proto and X-Forwarded-Host that the client sent. Default false: they are overwritten. */
  trustForwarded: z.boolean().optional(),
  /** Adds `Via: 1.1 gennaker` both ways. Default false. */
  via: z.boolean().optional(),
  /** Starts a trace when a request carries none. Default: trace headers are only passed on. */
  createTrace: z.enum(["b3", "b3multi", "w3c"]).optional(),
});

export const snapshotSchema = z.strictObject({
  generation: z.int().min(0),
  loadBalancers: z.array(loadBalancerSchema).max(1_000),
});

export type Snapshot = z.infer<typeof snapshotSchema>;
export type LoadBalancer = Snapshot["loadBalancers"][number];
export type ServerGroup = LoadBalancer["serverGroups"][number];
export type Instance = ServerGroup["instances"][number];
export type HealthCheck = NonNullable<LoadBalancer["healthCheck"]>;
export type Timeouts = NonNullable<LoadBalancer["timeouts"]>;

/** One thing wrong with a document: where (RFC 6901 JSON pointer, "" is the whole) and why, in words. */
export interface Problem {
  pointer: string;
  reason: string;
}

export type SnapshotResult = { ok: true; snapshot: Snapshot } | { ok: false; problems: Problem[] };

/** RFC 6901: `~` and `/` inside a segment are escaped. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Checks shape, ranges and references of a received document; never throws. All problems are reported, not the first. */
export function parseSnapshot(document: unknown): SnapshotResult {
  const parsed = snapshotSchema.safeParse(document);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => ({ pointer: jsonPointer(issue.path), reason: issue.message }));
    return { ok: false, problems };
  }
  const problems = referenceProblems(parsed.data);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, snapshot: parsed.data };
}

export const defaultBind = "127.0.0.1";

function referenceProblems(snapshot: Snapshot): Problem[] {
  const problems: Problem[] = [];
  const unique = (seen: Map<string, string>, key: string, pointer: string, what: string): void => {
    const first = seen.get(key);
    if (first === undefined) seen.set(key, pointer);
    else problems.push({ pointer, reason: `${what} is already used at ${first}` });
  };
  const names = new Map<string, string>();
  const addresses = new Map<string, string>();
  for (const [index, balancer] of snapshot.loadBalancers.entries()) {
    const at = `/loadBalancers/${index}`;
    unique(names, balancer.name, `${at}/name`, `load balancer name "${balancer.name}"`);
    const address = `${balancer.bind ?? defaultBind}:${balancer.port}`;
    unique(addresses, address, `${at}/port`, `address ${address}`);
    problems.push(...balancerProblems(balancer, at, unique));
  }
  return problems;
}

function balancerProblems(
  balancer: LoadBalancer,
  at: string,
  unique: (seen: Map<string, string>, key: string, pointer: string, what: string) => void,
): Problem[] {
  const problems: Problem[] = [];
  const groups = new Map<string, string>();
  let total = 0;
  for (const [index, group] of balancer.serverGroups.entries()) {
    const groupAt = `${at}/serverGroups/${index}`;
    unique(groups, group.name, `${groupAt}/name`, `server group name "${group.name}"`);
    total += group.weight;
    const ids = new Map<string, string>();
    for (const [position, instance] of group.instances.entries()) {
      unique(ids, instance.id, `${groupAt}/instances/${position}/id`, `instance id "${instance.id}"`);
    }
  }
  // Resolved thirds and sevenths do not add up to 100 exactly in binary floating point.
  if (total > 100.001) {
    problems.push({
      pointer: `${at}/serverGroups`,
      reason: `weights add up to ${total} percent, at most 100 is possible`,
    });
  }
  const known = (name: string, pointer: string): void => {
    if (!groups.has(name)) problems.push({ pointer, reason: `server group "${name}" is not in this load balancer` });
  };
  for (const [index, route] of (balancer.headerRoutes ?? []).entries()) {
    known(route.serverGroup, `${at}/headerRoutes/${index}/serverGroup`);
  }
  if (balancer.mirror) known(balancer.mirror.serverGroup, `${at}/mirror/serverGroup`);
  const check = balancer.healthCheck;
  if (check && check.timeoutMs > check.intervalMs) {
    problems.push({
      pointer: `${at}/healthCheck/timeoutMs`,
      reason: `must not exceed intervalMs (${check.intervalMs}), or checks would overlap`,
    });
  }
  return problems;
}

/** One text per content: keys sorted at every level, so two snapshots are equal when their texts are. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    entries.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}
