import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Capacity, FakeGroup, FakeInstance, InstanceState, JsonObject, Operation, Ref } from "./types.ts";

export type FakeProviderOptions = {
  name?: string;
  accounts?: { name: string; regions: { name: string; zones: string[] }[] }[];
  now?: () => Date;
  /** The state in which the instances of a group begin; "up" by default. */
  startAs?: (group: FakeGroup) => InstanceState;
};

type Filter = { application?: string; account?: string; region?: string; cluster?: string };
type Changed = { application: string; ref: Ref };

/** A cloud in memory: operations are ensures keyed by their operation key, and every change is told to listeners. */
export function createFakeProvider(options: FakeProviderOptions = {}) {
  const name = options.name ?? "fake";
  const accounts = options.accounts ?? [{ name: "local", regions: [{ name: "local", zones: ["a", "b", "c"] }] }];
  const groups = new Map<string, FakeGroup>();
  const created = new Map<string, Ref>();
  const lastSequence = new Map<string, number>();
  const listeners = new Set<(changed: Changed) => void>();
  const operations: string[] = [];
  const done = new Set<string>();
  let tick = 0;

  const keyOf = (ref: Ref): string => `${ref.account}/${ref.region}/${ref.name}`;
  const find = (ref: Ref): FakeGroup => {
    const group = groups.get(keyOf(ref));
    if (group === undefined) throw new GennakerError("not_found", `There is no server group ${keyOf(ref)}.`);
    return group;
  };
  /** False when the operation was done before; an aborted one does nothing. */
  const begin = (operation: Operation, what: string): boolean => {
    operation.signal.throwIfAborted();
    if (done.has(operation.key)) return false;
    done.add(operation.key);
    operations.push(what);
    return true;
  };
  const tell = (group: FakeGroup): void => {
    for (const listener of listeners) listener({ application: group.application, ref: refOf(group) });
  };
  const refOf = (group: FakeGroup): Ref => ({ account: group.account, region: group.region, name: group.name });

  function fill(group: FakeGroup, state: InstanceState): void {
    while (group.instances.length < group.capacity.desired) group.instances.push(instance(group, (tick += 1), state));
    group.instances.length = group.capacity.desired;
    judge(group);
  }

  /** Healthy instances of a disabled group are out of service; the group is stable when all are healthy. */
  function judge(group: FakeGroup): void {
    const [from, to] = group.disabled ? (["up", "outOfService"] as const) : (["outOfService", "up"] as const);
    for (const one of group.instances) if (one.state === from) one.state = to;
    if (group.health.status === "failed") return;
    const up = group.instances.filter((one) => one.state === to).length;
    const steady = up === group.capacity.desired;
    group.health = {
      status: steady ? "stable" : "progressing",
      code: steady ? "stable" : "starting",
      reason: `${up} of ${group.capacity.desired} up`,
    };
  }

  const port = {
    name,
    accounts: async () => accounts.map((account) => ({ ...account, cloudProvider: name, reachable: true, reason: "" })),
    validateCluster(cluster: JsonObject) {
      const problems: { pointer: string; reason: string }[] = [];
      if (cluster["artifact"] === undefined && cluster["artifactId"] === undefined)
        problems.push({ pointer: "/artifact", reason: "is required" });
      const { min, max, desired } = (cluster["capacity"] ?? { min: 1, max: 1, desired: 1 }) as Capacity;
      if (min > desired || desired > max)
        problems.push({ pointer: "/capacity", reason: "must have min ≤ desired ≤ max" });
      return problems;
    },
    serverGroups: async (filter: Filter) =>
      [...groups.values()].filter((group) => matches(group, filter)).map((group) => structuredClone(group)),
    serverGroup: async (ref: Ref) => structuredClone(groups.get(keyOf(ref)) ?? null),
    onChange(listener: (changed: Changed) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async createServerGroup(operation: Operation, cluster: JsonObject) {
      operation.signal.throwIfAborted();
      const known = created.get(operation.key);
      if (known !== undefined) return known;
      const clusterName = nameOf(cluster);
      const sequence = (lastSequence.get(clusterName) ?? -1) + 1;
      lastSequence.set(clusterName, sequence);
      tick += 1;
      const group = groupFrom(
        cluster,
        clusterName,
        sequence,
        new Date((options.now?.() ?? new Date(0)).getTime() + tick).toISOString(),
      );
      operations.push(`create ${group.name}`);
      groups.set(keyOf(group), group);
      fill(group, options.startAs?.(group) ?? "up");
      created.set(operation.key, refOf(group));
      tell(group);
      return refOf(group);
    },
    async resizeServerGroup(operation: Operation, ref: Ref, capacity: Capacity) {
      const group = find(ref);
      const { min, max, desired } = capacity;
      if (min > desired || desired > max)
        throw new GennakerError("invalid_request", "A capacity must have min ≤ desired ≤ max.");
      if (!begin(operation, `resize ${ref.name} ${desired}`)) return;
      group.capacity = { ...capacity };
      fill(group, options.startAs?.(group) ?? "up");
      tell(group);
    },
    async enableServerGroup(operation: Operation, ref: Ref) {
      turn(operation, find(ref), false);
    },
    async disableServerGroup(operation: Operation, ref: Ref) {
      turn(operation, find(ref), true);
    },
    async destroyServerGroup(operation: Operation, ref: Ref) {
      const group = groups.get(keyOf(ref));
      if (group === undefined || !begin(operation, `destroy ${ref.name}`)) return;
      groups.delete(keyOf(ref));
      tell(group);
    },
    async terminateInstance(operation: Operation, ref: Ref, instanceId: string) {
      const group = find(ref);
      if (!begin(operation, `terminate ${instanceId}`)) return;
      group.instances = group.instances.filter((one) => one.id !== instanceId);
      fill(group, options.startAs?.(group) ?? "up");
      tell(group);
    },
    async *logs(): AsyncIterable<string> {
      yield "";
    },
  };

  return {
    port,
    /** What was done, in order: "create app-v000", "disable app-v000" … */
    operations,
    all: (): readonly FakeGroup[] => [...groups.values()],
    names: (): string[] => [...groups.values()].map((group) => group.name),
    /** Changes a group as the world would, and tells about it. */
    change(groupName: string, edit: (group: FakeGroup) => void): void {
      const group = [...groups.values()].find((one) => one.name === groupName);
      if (group === undefined) throw new Error(`there is no server group ${groupName}`);
      edit(group);
      judge(group);
      tell(group);
    },
    /** Brings all instances of a group into one state. */
    setInstances(groupName: string, state: InstanceState): void {
      this.change(groupName, (group) => {
        for (const one of group.instances) one.state = state;
      });
    },
  };

  function turn(operation: Operation, group: FakeGroup, disabled: boolean): void {
    if (!begin(operation, `${disabled ? "disable" : "enable"} ${group.name}`)) return;
    group.disabled = disabled;
    judge(group);
    tell(group);
  }

  function groupFrom(cluster: JsonObject, clusterName: string, sequence: number, createdAt: string): FakeGroup {
    const artifact = cluster["artifact"] as { type?: string; reference?: string } | undefined;
    const capacity = cluster["capacity"] as Capacity;
    const role = cluster["canaryRole"];
    return {
      account: String(cluster["account"]),
      region: String(cluster["region"]),
      name: `${clusterName}-v${String(sequence).padStart(3, "0")}`,
      cloudProvider: name,
      application: String(cluster["application"]),
      cluster: clusterName,
      stack: String(cluster["stack"] ?? ""),
      detail: String(cluster["freeFormDetails"] ?? ""),
      sequence,
      createdAt,
      disabled: startsDark(cluster),
      capacity: { ...capacity },
      instances: [],
      loadBalancers: ((cluster["loadBalancers"] as string[] | undefined) ?? []).slice(),
      zones: ["a", "b", "c"],
      artifact: {
        type: artifact?.type ?? "",
        reference: artifact?.reference ?? "",
        digest: `digest of ${artifact?.reference ?? ""}`,
        version: null,
      },
      health: { status: "progressing", code: "starting", reason: "" },
      canaryRole: role === "baseline" || role === "canary" ? role : null,
      launch: structuredClone(cluster),
      metricsPath: null,
    };
  }
}

export type FakeProvider = ReturnType<typeof createFakeProvider>;

function nameOf(cluster: JsonObject): string {
  const [application, stack, detail] = [
    cluster["application"],
    cluster["stack"] ?? "",
    cluster["freeFormDetails"] ?? "",
  ].map(String);
  if (detail !== "") return `${application}-${stack}-${detail}`;
  return stack === "" ? String(application) : `${application}-${stack}`;
}

function startsDark(cluster: JsonObject): boolean {
  const traffic = cluster["trafficManagement"] as
    | { enabled?: boolean; options?: { enableTraffic?: boolean } }
    | undefined;
  return traffic?.enabled === true && traffic.options?.enableTraffic === false;
}

function matches(group: FakeGroup, filter: Filter): boolean {
  return (["application", "account", "region", "cluster"] as const).every(
    (key) => filter[key] === undefined || filter[key] === group[key],
  );
}

function instance(group: FakeGroup, index: number, state: InstanceState): FakeInstance {
  const zone = group.zones[index % group.zones.length] ?? "a";
  const id = `${group.name}-${index}`;
  return {
    id,
    zone,
    state,
    reason: "",
    address: "127.0.0.1",
    port: 20_000 + index,
    startedAt: group.createdAt,
    restarts: 0,
    details: {},
  };
}
