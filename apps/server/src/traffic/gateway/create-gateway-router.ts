import { createHash } from "node:crypto";
import { canonicalJson } from "@gennaker/gateway-config/snapshot.ts";
import { GatewayError } from "@gennaker/gateway-config/client.ts";
import type { GatewayStatus } from "@gennaker/gateway-config/status.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { AuditLog } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import type { EventLog } from "../../platform/events/api.ts";
import type { Operation, ServerGroup, ServerGroupRef } from "../../providers/port/api.ts";
import type { LoadBalancerRef, RouterPort } from "../port/api.ts";
import { desiredBalancers } from "./desired.ts";
import { describeBalancer, measuredSplit } from "./describe.ts";
import type { Pins } from "./store.ts";
import {
  deleteBalancer, generationFor, nextGeneration, raiseGeneration, readBalancer, readBalancers, readGeneration, writeBalancer, writePins,
} from "./store.ts";
import { createPushLoop } from "./push-loop.ts";
import { createGatewaySupervisor } from "./supervisor.ts";
import { createTrafficMeter } from "./traffic-meter.ts";

const statusEveryMs = 500;
const pushRetryMs = 500;

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
};

export type GatewayRouter = RouterPort & {
  start(): Promise<void>;
  /** Lets go of the gateway, which goes on serving. */
  stop(): Promise<void>;
  /** Ends the gateway too. */
  stopEverything(): Promise<void>;
  adminSocket: string;
};

/** The router of an account of real processes: keeps one gateway process running and fed with the account's snapshot. */
export function createGatewayRouter(dependencies: GatewayRouterDependencies): GatewayRouter {
  const { account, database } = dependencies;
  const supervisor = createGatewaySupervisor({ dataDirectory: dependencies.dataDirectory, log: dependencies.log });
  const meter = createTrafficMeter();
  let status: GatewayStatus | null = null;
  let problem = "the gateway has not started yet";
  let timer: NodeJS.Timeout | undefined;
  let stopListening: (() => void) | undefined;

  async function push(): Promise<void> {
    const groups = await dependencies.serverGroups();
    let loadBalancers: ReturnType<typeof desiredBalancers> = [];
    const generation = await generationFor(database, account, async (tx) => {
      loadBalancers = desiredBalancers(await readBalancers(tx, account), groups);
      return createHash("sha256").update(canonicalJson(loadBalancers)).digest("hex");
    });
    if (status?.generation === generation) return;
    if (loadBalancers.length === 0 && !status) return;
    await supervisor.ensure();
    await supervisor.admin.putSnapshot({ generation, loadBalancers }).catch(async (error: unknown) => {
      if (!(error instanceof GatewayError) || error.generation === undefined) throw error;
      // The gateway is ahead of the database (an older copy was restored): go on above its generation.
      await raiseGeneration(database, account, error.generation + 1);
      loop.again();
    });
    // Not `look`, which would wait for the very push that it is part of when the gateway has just died.
    if (!(await refresh())) throw new Error("the gateway does not answer any more");
    dependencies.wake([`account:${account}`]);
    await database.transaction((tx) => dependencies.events.append(tx, loadBalancers.map((balancer) => ({
      type: "loadBalancer.changed", application: balancer.serverGroups[0]?.labels.application ?? null, subject: balancer.name, data: { generation },
    }))));
  }

  const loop = createPushLoop({
    push,
    retryMs: pushRetryMs,
    tried(error) {
      problem = error?.message ?? "";
      if (error) dependencies.log("warn", "the gateway could not be brought up to date; trying again", { cause: problem });
    },
  });
  const pushSoon = loop.soon;

  let healthy = "";
  /** Asks the gateway how it is; whether it answered. */
  async function refresh(): Promise<boolean> {
    status = await supervisor.status();
    if (!status) return false;
    meter.add(status, Date.now());
    const now = status.loadBalancers.flatMap((balancer) => balancer.serverGroups.map((group) => `${group.name}:${group.healthyInstances}`)).join();
    if (now !== healthy) dependencies.wake([`account:${account}`]);
    healthy = now;
    return true;
  }

  async function look(): Promise<void> {
    const before = status;
    if (await refresh()) {
      if (!before) void pushSoon();
      return;
    }
    if (before) {
      problem = "the gateway does not answer; starting it again";
      dependencies.log("warn", problem);
    }
    await pushSoon();
  }

  async function change(ref: LoadBalancerRef, pinsOf: (before: Pins) => Pins, operation: Operation): Promise<{ generation: number }> {
    const generation = await database.transaction(async (tx) => {
      const balancer = await readBalancer(tx, ref);
      if (!balancer) throw missing(ref);
      const after = pinsOf(balancer.pins);
      if (canonicalJson(after) === canonicalJson(balancer.pins)) return readGeneration(tx, account);
      await writePins(tx, ref, after);
      const next = await nextGeneration(tx, account);
      await record(tx, operation, "loadBalancer.setWeights", ref, balancer.application, balancer.pins, after);
      return next;
    });
    await pushSoon();
    return { generation };
  }

  async function record(
    tx: Tx, operation: Operation, action: string, ref: LoadBalancerRef, application: string, before: Pins | undefined, after: Pins | undefined,
  ): Promise<void> {
    await dependencies.audit.record(tx, {
      actor: operation.actor, action, resource: `loadBalancer/${ref.account}/${ref.region}/${ref.name}`, application,
      ...(before ? { before } : {}), ...(after ? { after } : {}),
    });
  }

  async function describeAll() {
    const [balancers, groups, generation] = await Promise.all([readBalancers(database, account), dependencies.serverGroups(), readGeneration(database, account)]);
    return balancers.map((balancer) => describeBalancer({ balancer, groups, generation, status, problem, measured: meter.since(balancer.name, Date.now() - 10_000) }));
  }

  const router: GatewayRouter = {
    name: "gateway",
    adminSocket: supervisor.socketPath,
    async loadBalancers(filter) {
      if (filter.account !== undefined && filter.account !== account) return [];
      return (await describeAll()).filter((balancer) => filter.application === undefined || balancer.application === filter.application);
    },
    async loadBalancer(ref) {
      if (ref.account !== account) return null;
      return (await describeAll()).find((balancer) => balancer.region === ref.region && balancer.name === ref.name) ?? null;
    },
    async upsertLoadBalancer(operation, spec) {
      await database.transaction(async (tx) => {
        await writeBalancer(tx, spec);
        await nextGeneration(tx, account);
        await record(tx, operation, "loadBalancer.upsert", spec, spec.application, undefined, undefined);
      });
      await pushSoon();
    },
    async deleteLoadBalancer(operation, ref) {
      await database.transaction(async (tx) => {
        const balancer = await readBalancer(tx, ref);
        if (!balancer) return;
        await deleteBalancer(tx, ref);
        await nextGeneration(tx, account);
        await record(tx, operation, "loadBalancer.delete", ref, balancer.application, balancer.pins, undefined);
      });
      await pushSoon();
    },
    setWeights: (operation, ref, pins) =>
      change(ref, () => Object.fromEntries(pins.map((pin) => [pin.serverGroup, pin.percent])), operation),
    patchWeights: (operation, ref, pins) =>
      change(ref, (before) => {
        const changed = new Map(pins.map((pin) => [pin.serverGroup, pin.percent]));
        const kept = Object.entries(before).filter(([name]) => !changed.has(name));
        const set = pins.flatMap((pin) => (pin.percent === null ? [] : [[pin.serverGroup, pin.percent] as const]));
        return Object.fromEntries([...kept, ...set]);
      }, operation),
    async confirmedGeneration() {
      await pushSoon();
      return status?.generation ?? null;
    },
    async verify(ref, since) {
      const described = await router.loadBalancer(ref);
      if (!described) throw missing(ref);
      return measuredSplit(described, meter.since(ref.name, since.getTime()));
    },
    async inFlight(ref, serverGroup) {
      const now = await supervisor.status();
      const balancer = now?.loadBalancers.find((each) => each.name === ref.name);
      if (!balancer) return null;
      return balancer.serverGroups.find((group) => group.name === serverGroup)?.inFlight ?? 0;
    },
    async start() {
      loop.start();
      stopListening = dependencies.onInventoryChange((changed) => {
        if (changed.ref.account === account) void pushSoon();
      });
      status = await supervisor.status();
      // Not waited for: the API is usable without a gateway, and stages wait for it with its reason.
      void pushSoon();
      timer = setInterval(() => void look().catch(() => undefined), statusEveryMs);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      stopListening?.();
      await loop.stop();
    },
    async stopEverything() {
      clearInterval(timer);
      stopListening?.();
      await loop.stop();
      await supervisor.end();
    },
  };
  return router;
}

function missing(ref: LoadBalancerRef): GennakerError {
  return new GennakerError("not_found", `There is no load balancer ${ref.name} in ${ref.account}/${ref.region}. Create it with an upsertLoadBalancer stage first.`);
}
