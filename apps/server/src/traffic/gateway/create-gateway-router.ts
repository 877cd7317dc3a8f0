import { GennakerError } from "@gennaker/contract/errors.ts";
import { canonicalJson } from "@gennaker/gateway-config/snapshot.ts";
import type { AuditLog } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import type { EventLog } from "../../platform/events/api.ts";
import type { Operation, ServerGroup, ServerGroupRef } from "../../providers/port/api.ts";
import type { LoadBalancerRef, LoadBalancerSpec, RouterPort } from "../port/api.ts";
import { describeBalancer, measuredSplit } from "./describe.ts";
import { createKeeper } from "./keeper.ts";
import type { Report } from "./report.ts";
import { readReport } from "./report.ts";
import type { Pins, StoredBalancer } from "./store.ts";
import {
  deleteBalancer,
  nextGeneration,
  readBalancer,
  readBalancers,
  readGeneration,
  writeBalancer,
  writePins,
} from "./store.ts";
import type { SupervisorOptions } from "./supervisor.ts";
import { createGatewaySupervisor } from "./supervisor.ts";
import { createTrafficMeter } from "./traffic-meter.ts";

const measuredOverMs = 10_000;

export type GatewayRouterDependencies = {
  account: string;
  dataDirectory: string;
  database: Database;
  events: EventLog;
  audit: AuditLog;
  /** Whether this process looks after the account: only then it runs and feeds the gateway. */
  owns(): boolean;
  serverGroups(): Promise<readonly ServerGroup[]>;
  onInventoryChange(listener: (changed: { application: string; ref: ServerGroupRef }) => void): () => void;
  wake(topics: readonly string[]): void;
  log(level: "info" | "warn" | "error", message: string, details?: Record<string, unknown>): void;
  /** Another gateway program, for tests. */
  program?: SupervisorOptions["program"];
};

export type GatewayRouter = RouterPort & {
  start(): Promise<void>;
  /** Lets go of the gateway, which goes on serving. */
  stop(): Promise<void>;
  /** Ends the gateway too. */
  stopEverything(): Promise<void>;
  adminSocket: string;
};

/**
 * The router of an account of real processes. What is wanted is rows, written on whichever replica is asked; the one that
 * owns the account runs the gateway and feeds it, and reports what it says to the others.
 */
export function createGatewayRouter(dependencies: GatewayRouterDependencies): GatewayRouter {
  const { account, database, audit } = dependencies;
  const supervisor = createGatewaySupervisor({
    dataDirectory: dependencies.dataDirectory,
    log: dependencies.log,
    ...(dependencies.program ? { program: dependencies.program } : {}),
  });
  const meter = createTrafficMeter();
  const keeper = createKeeper(dependencies, supervisor, (status) => meter.add(status, Date.now()));

  /** What is known of the gateway: heard here, or reported by the owner. */
  async function latest(): Promise<Report> {
    const heard = keeper.heard();
    if (heard !== null) return heard;
    const report = await readReport(database, account);
    if (report.status !== null) meter.add(report.status, report.at);
    return report;
  }

  async function describe(wanted: (balancer: StoredBalancer) => boolean) {
    const [balancers, groups, generation, { status, problem }] = await Promise.all([
      readBalancers(database, account),
      dependencies.serverGroups(),
      readGeneration(database, account),
      latest(),
    ]);
    return balancers.filter(wanted).map((balancer) =>
      describeBalancer({
        balancer,
        groups,
        generation,
        status,
        problem,
        measured: meter.since(balancer.name, Date.now() - measuredOverMs),
      }),
    );
  }

  /** Runs a change in one transaction with its generation and audit row, and has it brought to the gateway. */
  async function change(
    operation: Operation,
    action: string,
    ref: LoadBalancerRef,
    apply: (tx: Tx) => Promise<{ application: string; before?: Pins; after?: Pins } | null>,
  ): Promise<{ generation: number }> {
    const generation = await database.transaction(async (tx) => {
      const changed = await apply(tx);
      if (changed === null) return readGeneration(tx, account);
      const { application, ...pins } = changed;
      await audit.record(tx, {
        actor: operation.actor,
        action,
        resource: `loadBalancer/${ref.account}/${ref.region}/${ref.name}`,
        application,
        ...pins,
      });
      return nextGeneration(tx, account);
    });
    await keeper.soon();
    return { generation };
  }

  const changePins = (operation: Operation, ref: LoadBalancerRef, pinsOf: (before: Pins) => Pins) =>
    change(operation, "loadBalancer.setWeights", ref, async (tx) => {
      const balancer = await readBalancer(tx, ref);
      if (!balancer) throw missing(ref);
      const after = pinsOf(balancer.pins);
      if (canonicalJson(after) === canonicalJson(balancer.pins)) return null;
      await writePins(tx, ref, after);
      return { application: balancer.application, before: balancer.pins, after };
    });

  return {
    name: "gateway",
    adminSocket: supervisor.socketPath,
    async loadBalancers(filter) {
      if (filter.account !== undefined && filter.account !== account) return [];
      return describe((balancer) => filter.application === undefined || balancer.application === filter.application);
    },
    loadBalancer: async (ref) => (await describe((balancer) => isSame(balancer, ref)))[0] ?? null,
    async upsertLoadBalancer(operation, spec) {
      await change(operation, "loadBalancer.upsert", spec, async (tx) => {
        const before = await readBalancer(tx, spec);
        if (before && saysTheSame(before, spec)) return null;
        await writeBalancer(tx, spec);
        return { application: spec.application };
      });
    },
    async deleteLoadBalancer(operation, ref) {
      await change(operation, "loadBalancer.delete", ref, async (tx) => {
        const balancer = await readBalancer(tx, ref);
        if (!balancer) return null;
        await deleteBalancer(tx, ref);
        return { application: balancer.application, before: balancer.pins };
      });
    },
    setWeights: (operation, ref, pins) =>
      changePins(operation, ref, () => Object.fromEntries(pins.map((pin) => [pin.serverGroup, pin.percent]))),
    patchWeights: (operation, ref, pins) =>
      changePins(operation, ref, (before) => {
        const named = new Set(pins.map((pin) => pin.serverGroup));
        const kept = Object.entries(before).filter(([name]) => !named.has(name));
        return Object.fromEntries([
          ...kept,
          ...pins.flatMap((pin) => (pin.percent === null ? [] : [[pin.serverGroup, pin.percent] as const])),
        ]);
      }),
    async confirmedGeneration() {
      await keeper.soon();
      return (await latest()).status?.generation ?? null;
    },
    async verify(ref, since) {
      const [described] = await describe((balancer) => isSame(balancer, ref));
      if (!described) throw missing(ref);
      return measuredSplit(described, meter.since(ref.name, since.getTime()));
    },
    async inFlight(ref, serverGroup) {
      const status = dependencies.owns() ? await supervisor.status() : (await latest()).status;
      const balancer = status?.loadBalancers.find((each) => each.name === ref.name);
      if (!balancer) return null;
      return balancer.serverGroups.find((group) => group.name === serverGroup)?.inFlight ?? 0;
    },
    start: () => keeper.start(),
    stop: () => keeper.stop(),
    async stopEverything() {
      await keeper.stop();
      await supervisor.end();
    },
  };
}

function isSame(balancer: LoadBalancerRef, ref: LoadBalancerRef): boolean {
  return balancer.account === ref.account && balancer.region === ref.region && balancer.name === ref.name;
}

function saysTheSame({ pins: _pins, ...stored }: StoredBalancer, spec: LoadBalancerSpec): boolean {
  const { account, region, name, application, port, healthCheck } = spec;
  return canonicalJson(stored) === canonicalJson({ account, region, name, application, port, healthCheck });
}

function missing(ref: LoadBalancerRef): GennakerError {
  return new GennakerError(
    "not_found",
    `There is no load balancer ${ref.name} in ${ref.account}/${ref.region}. Create it with an upsertLoadBalancer stage first.`,
  );
}
