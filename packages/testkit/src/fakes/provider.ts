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
  let tick = 0;

  const keyOf = (ref: Ref): string => `${ref.account}/${ref.region}/${ref.name}`;
  const find = (ref: Ref): FakeGroup => {
    const group = groups.get(keyOf(ref));
    if (group === undefined) throw new Error(`there is no server group ${keyOf(ref)}`);
    return group;
  };
  const tell = (group: FakeGroup): void => {
    for (const listener of listeners) listener({ application: group.application, ref: refOf(group) });
  };
  const refOf = (group: FakeGroup): Ref => ({ account: group.account, region: group.region, name: group.name });

  function fill(group: FakeGroup, state: InstanceState): void {
    while (group.instances.length < group.capacity.desired) group.instances.push(instance(group, group.instances.length, state));
    group.instances.length = group.capacity.desired;
    judge(group);
  }

  function judge(group: FakeGroup): void {
    if (group.health.status === "failed") return;
    const up = group.instances.filter((one) => one.state === "up").length;
    const steady = up === group.capacity.desired;
    group.health = { status: steady ? "stable" : "progressing", code: steady ? "stable" : "starting", reason: `${up} of ${group.capacity.desired} up` };
  }

  const port = {
    name,
    accounts: async () => accounts.map((account) => ({ ...account, cloudProvider: name, reachable: true, reason: "" })),
    validateCluster: (cluster: JsonObject) =>
      cluster["artifact"] === undefined && cluster["artifactId"] === undefined ? [{ pointer: "/artifact", reason: "is required" }] : [],
    serverGroups: async (filter: Filter) =>
      [...groups.values()].filter((group) => matches(group, filter)).map((group) => structuredClone(group)),
    serverGroup: async (ref: Ref) => structuredClone(groups.get(keyOf(ref)) ?? null),
    onChange(listener: (changed: Changed) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async createServerGroup(operation: Operation, cluster: JsonObject) {
      const known = created.get(operation.key);
      if (known !== undefined) return known;
      const clusterName = nameOf(cluster);
      const sequence = (lastSequence.get(clusterName) ?? -1) + 1;
      lastSequence.set(clusterName, sequence);
      tick += 1;
      const group = groupFrom(cluster, clusterName, sequence, new Date((options.now?.() ?? new Date(0)).getTime() + tick).toISOString());
      operations.push(`create ${group.name}`);
      groups.set(keyOf(group), group);
      fill(group, options.startAs?.(group) ?? "up");
      created.set(operation.key, refOf(group));
      tell(group);
      return refOf(group);
    },
    async resizeServerGroup(_operation: Operation, ref: Ref, capacity: Capacity) {
      const group = find(ref);
      operations.push(`resize ${ref.name} ${capacity.desired}`);
      group.capacity = { ...capacity };
      fill(group, options.startAs?.(group) ?? "up");
      tell(group);
    },
    async enableServerGroup(_operation: Operation, ref: Ref) {
      operations.push(`enable ${ref.name}`);
      find(ref).disabled = false;
      tell(find(ref));
    },
    async disableServerGroup(_operation: Operation, ref: Ref) {
      operations.push(`disable ${ref.name}`);
      find(ref).disabled = true;
      tell(find(ref));
    },
    async destroyServerGroup(_operation: Operation, ref: Ref) {
      const group = groups.get(keyOf(ref));
      if (group === undefined) return;
      operations.push(`destroy ${ref.name}`);
      groups.delete(keyOf(ref));
      tell(group);
    },
    async terminateInstance(_operation: Operation, ref: Ref, instanceId: string) {
      const group = find(ref);
      group.instances = group.instances.filter((one) => one.id !== instanceId);
      fill(group, "up");
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
      disabled: false,
      capacity: { ...capacity },
      instances: [],
      loadBalancers: ((cluster["loadBalancers"] as string[] | undefined) ?? []).slice(),
      zones: ["a", "b", "c"],
      artifact: { type: artifact?.type ?? "", reference: artifact?.reference ?? "", digest: "", version: null },
      health: { status: "progressing", code: "starting", reason: "" },
      canaryRole: role === "baseline" || role === "canary" ? role : null,
      launch: structuredClone(cluster),
      metricsPath: null,
    };
  }
}

export type FakeProvider = ReturnType<typeof createFakeProvider>;

function nameOf(cluster: JsonObject): string {
  const [application, stack, detail] = [cluster["application"], cluster["stack"] ?? "", cluster["freeFormDetails"] ?? ""].map(String);
  if (detail !== "") return `${application}-${stack}-${detail}`;
  return stack === "" ? String(application) : `${application}-${stack}`;
}

function matches(group: FakeGroup, filter: Filter): boolean {
  return (["application", "account", "region", "cluster"] as const).every((key) => filter[key] === undefined || filter[key] === group[key]);
}

function instance(group: FakeGroup, index: number, state: InstanceState): FakeInstance {
  const zone = group.zones[index % group.zones.length] ?? "a";
  const id = `${group.name}-${index}`;
  return { id, zone, state, reason: "", address: "127.0.0.1", port: 20_000 + index, startedAt: group.createdAt, restarts: 0, details: {} };
}
