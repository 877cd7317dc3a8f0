import type { FakeProvider } from "./provider.ts";
import type { FakeGroup, Operation, Ref } from "./types.ts";

type Spec = Ref & {
  application: string;
  port: number;
  healthCheck: { path: string; intervalMs: number; timeoutMs: number; healthy: number; unhealthy: number };
};
type Balancer = {
  spec: Spec;
  pins: Map<string, number>;
  generation: number;
  inForce: number;
  told: Map<string, number>;
};

/**
 * A router in memory over a fake provider. Every change of pins or of a group behind it makes a new generation, which
 * is in force at once unless it is held. Pinned groups get their pins, the others share the rest by healthy instances.
 */
export function createFakeRouter(provider: FakeProvider) {
  const balancers = new Map<string, Balancer>();
  const inFlight = new Map<string, number>();
  const dead: string[] = [];
  let held = false;
  let reachable = true;
  let measured: { samples: number; split: Record<string, number>; matches: boolean | null } = {
    samples: 0,
    split: {},
    matches: null,
  };

  const keyOf = (ref: Ref): string => `${ref.account}/${ref.region}/${ref.name}`;
  const find = (ref: Ref): Balancer => {
    const balancer = balancers.get(keyOf(ref));
    if (balancer === undefined) throw new Error(`there is no load balancer ${keyOf(ref)}`);
    return balancer;
  };
  const behind = (spec: Ref): FakeGroup[] =>
    provider
      .all()
      .filter(
        (group) =>
          group.account === spec.account && group.region === spec.region && group.loadBalancers.includes(spec.name),
      );

  function renew(balancer: Balancer): number {
    const served = total(balancer.told) > 0;
    balancer.told = shares(behind(balancer.spec), balancer.pins);
    balancer.generation += 1;
    if (!held) balancer.inForce = balancer.generation;
    if (served && total(balancer.told) === 0) dead.push(`${balancer.spec.name} at generation ${balancer.generation}`);
    return balancer.generation;
  }

  function view(balancer: Balancer) {
    const targets = behind(balancer.spec).map((group) => ({
      serverGroup: group.name,
      cluster: group.cluster,
      disabled: group.disabled,
      pinnedPercent: balancer.pins.get(group.name) ?? null,
      requestedPercent: balancer.told.get(group.name) ?? 0,
      measuredPercent: null,
      healthyInstances: healthy(group),
      totalInstances: group.instances.length,
    }));
    const { generation, inForce } = balancer;
    return {
      ...balancer.spec,
      targets,
      generation,
      generationInForce: inForce,
      state: "up" as const,
      reason: "",
      requestsPerSecond: null,
    };
  }

  provider.port.onChange(({ ref }) => {
    for (const balancer of balancers.values()) {
      const names = new Set([...behind(balancer.spec).map((group) => group.name), ...balancer.told.keys()]);
      if (names.has(ref.name)) renew(balancer);
    }
  });

  const port = {
    name: "fake",
    loadBalancers: async (filter: { application?: string; account?: string }) =>
      [...balancers.values()]
        .filter(
          ({ spec }) =>
            (filter.account ?? spec.account) === spec.account &&
            (filter.application ?? spec.application) === spec.application,
        )
        .map(view),
    async loadBalancer(ref: Ref) {
      const balancer = balancers.get(keyOf(ref));
      return balancer === undefined ? null : view(balancer);
    },
    async upsertLoadBalancer(_operation: Operation, spec: Spec) {
      const known = balancers.get(keyOf(spec));
      const balancer = known ?? { spec, pins: new Map(), generation: 0, inForce: 0, told: new Map() };
      balancer.spec = spec;
      balancers.set(keyOf(spec), balancer);
      renew(balancer);
    },
    async deleteLoadBalancer(_operation: Operation, ref: Ref) {
      balancers.delete(keyOf(ref));
    },
    async setWeights(_operation: Operation, ref: Ref, pins: readonly { serverGroup: string; percent: number }[]) {
      const balancer = find(ref);
      balancer.pins = new Map(pins.map((pin) => [pin.serverGroup, pin.percent]));
      return { generation: renew(balancer) };
    },
    async patchWeights(
      _operation: Operation,
      ref: Ref,
      pins: readonly { serverGroup: string; percent: number | null }[],
    ) {
      const balancer = find(ref);
      for (const { serverGroup, percent } of pins) {
        if (percent === null) balancer.pins.delete(serverGroup);
        else balancer.pins.set(serverGroup, percent);
      }
      return { generation: renew(balancer) };
    },
    confirmedGeneration: async (ref: Ref) => (reachable ? find(ref).inForce : null),
    verify: async () => measured,
    inFlight: async (_ref: Ref, serverGroup: string) => (reachable ? (inFlight.get(serverGroup) ?? 0) : null),
  };

  return {
    port,
    /** Moments at which a load balancer that served had no group left to send requests to. */
    dead,
    /** Keeps new generations from coming into force, until `release`. */
    hold(): void {
      held = true;
    },
    release(): void {
      held = false;
      for (const balancer of balancers.values()) balancer.inForce = balancer.generation;
    },
    setReachable(value: boolean): void {
      reachable = value;
    },
    setInFlight(serverGroup: string, count: number): void {
      inFlight.set(serverGroup, count);
    },
    setMeasured(value: typeof measured): void {
      measured = value;
    },
    /** The share each group was last told, by name. */
    shares: (ref: Ref): Record<string, number> => Object.fromEntries(find(ref).told),
  };
}

export type FakeRouter = ReturnType<typeof createFakeRouter>;

function healthy(group: FakeGroup): number {
  return group.instances.filter((instance) => instance.state === "up").length;
}

function total(shares: ReadonlyMap<string, number>): number {
  return [...shares.values()].reduce((sum, share) => sum + share, 0);
}

/** Percent by group: pins first, the rest by healthy instances; made to add up to 100 where anything serves. */
function shares(groups: readonly FakeGroup[], pins: ReadonlyMap<string, number>): Map<string, number> {
  const live = groups.filter((group) => !group.disabled && healthy(group) > 0);
  const pinned = live.reduce((sum, group) => sum + (pins.get(group.name) ?? 0), 0);
  const free = live.filter((group) => !pins.has(group.name));
  const instances = free.reduce((sum, group) => sum + healthy(group), 0);
  const raw = new Map(
    live.map((group) => {
      const pin = pins.get(group.name);
      const rest = instances === 0 ? 0 : (Math.max(0, 100 - pinned) * healthy(group)) / instances;
      return [group.name, pin ?? rest];
    }),
  );
  const sum = total(raw);
  return sum === 0 ? raw : new Map([...raw].map(([name, share]) => [name, (share * 100) / sum]));
}
