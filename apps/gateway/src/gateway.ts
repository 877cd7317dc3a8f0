import type net from "node:net";

import type { Problem, Snapshot } from "@gennaker/gateway-config/snapshot.ts";
import { canonicalJson, parseSnapshot } from "@gennaker/gateway-config/snapshot.ts";
import type { GatewayStatus } from "@gennaker/gateway-config/status.ts";

import type { Successor } from "./control/handover.ts";
import { startSuccessor } from "./control/handover.ts";
import type { Log } from "./control/log.ts";
import { buildMetrics } from "./control/metrics.ts";
import { buildStatus } from "./control/status.ts";
import type { StoreFiles } from "./control/store.ts";
import { loadSnapshot, saveSnapshot } from "./control/store.ts";
import type { ClientConnection } from "./proxy/client.ts";
import { createHealthChecker } from "./proxy/health.ts";
import { createMirror } from "./proxy/mirror.ts";
import type { Plane } from "./proxy/plane.ts";
import { createPorts } from "./proxy/ports.ts";
import { applySnapshot, createRuntime } from "./proxy/runtime.ts";
import { sweepIdle } from "./proxy/upstream.ts";

/** Limits of time are checked this often. */
const sweepMs = 50;
/** At start instances get this long for their first health check before the ports open. */
const firstRoundMs = 1_000;

export interface GatewayOptions {
  stateFile: string;
  version: string;
  log: Log;
  files?: StoreFiles;
}

type PutResult =
  | { kind: "applied"; generation: number; changed: boolean }
  | { kind: "invalid"; problems: Problem[] }
  | { kind: "stale"; message: string; generation: number }
  | { kind: "failed"; message: string };

/** Hands over listening sockets of a predecessor, by address (`bind:port`). */
type Inherit = (received: (address: string, server: net.Server) => void) => Promise<void>;

export interface Gateway {
  /** Loads the kept snapshot, waits for first health checks, opens the ports. */
  start(inherit?: Inherit): Promise<void>;
  /** Starts a successor with this one's listening sockets; no snapshot is taken meanwhile. Resolves with its pid. */
  handOver(successor: Successor): Promise<number>;
  put(document: unknown): Promise<PutResult>;
  snapshot(): Snapshot | undefined;
  status(): GatewayStatus;
  metrics(): string;
  /** Closes the ports, waits for what is under way, at most `timeoutMs`; resolves with the number of requests cut off. */
  drain(timeoutMs: number): Promise<number>;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { log, stateFile, version } = options;
  const since = new Date();
  const runtime = createRuntime();
  const clients = new Set<ClientConnection>();
  const mirror = createMirror();
  let current: Snapshot | undefined;
  let stateProblem: string | null = null;
  let putting: Promise<unknown> = Promise.resolve();
  let draining: Promise<number> | undefined;

  const health = createHealthChecker({
    changed: (balancer, instance, from) => {
      const fields = { loadBalancer: balancer.name, instance: instance.id, from, to: instance.health };
      if (instance.health === "healthy") log.info("instance healthy", fields);
      else log.warn("instance unhealthy", { ...fields, reason: instance.reason });
    },
  });
  const plane: Plane = {
    coarseNow: performance.now(),
    draining: false,
    connectFailed: health.connectFailed,
    mirror: mirror.copy,
  };
  const sweep = setInterval(() => {
    plane.coarseNow = performance.now();
    for (const client of clients) client.tick(plane.coarseNow);
    for (const balancer of runtime.balancers.values()) {
      for (const group of balancer.groups) for (const instance of group.instances) sweepIdle(instance, plane.coarseNow);
    }
  }, sweepMs);

  const ports = createPorts({
    balancers: () => runtime.balancers.values(),
    plane,
    clients,
    changed: (loadBalancer, problem) => {
      if (problem === null) log.info("port open", { loadBalancer });
      else log.warn("port not open", { loadBalancer, problem });
    },
  });

  /** Brings a snapshot into force in one turn: no request sees half of it. */
  const enforce = (snapshot: Snapshot): void => {
    current = snapshot;
    applySnapshot(runtime, snapshot, performance.now());
    health.reconcile(runtime.balancers.values());
  };

  const putNow = async (document: unknown): Promise<PutResult> => {
    const result = parseSnapshot(document);
    if (!result.ok) return { kind: "invalid", problems: result.problems };
    const { snapshot } = result;
    const inForce = runtime.generation;
    if (current && snapshot.generation <= inForce) {
      const same = snapshot.generation === inForce && canonicalJson(snapshot) === canonicalJson(current);
      if (same) return { kind: "applied", generation: inForce, changed: false };
      const message =
        snapshot.generation < inForce
          ? `generation ${snapshot.generation} is older than ${inForce}, which is in force`
          : `generation ${inForce} is in force with other content; send the change with a higher generation`;
      return { kind: "stale", message, generation: inForce };
    }
    if (plane.draining)
      return { kind: "failed", message: "this gateway is draining; send the snapshot to its successor" };
    await ports.open(snapshot.loadBalancers);
    try {
      saveSnapshot(stateFile, snapshot, options.files);
    } catch (error) {
      ports.serve();
      const reason = error instanceof Error ? error.message : String(error);
      return {
        kind: "failed",
        message: `the snapshot could not be kept in ${stateFile}: ${reason}; nothing was changed`,
      };
    }
    enforce(snapshot);
    ports.serve();
    log.info("snapshot in force", { generation: snapshot.generation, loadBalancers: snapshot.loadBalancers.length });
    return { kind: "applied", generation: snapshot.generation, changed: true };
  };

  const drainNow = async (timeoutMs: number): Promise<number> => {
    plane.draining = true;
    await putting;
    log.info("draining", { connections: clients.size, timeoutMs });
    ports.close();
    const until = performance.now() + timeoutMs;
    while (clients.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    let cut = 0;
    for (const balancer of runtime.balancers.values()) cut += balancer.inFlight;
    for (const client of clients) client.destroy();
    clearInterval(sweep);
    health.stop();
    mirror.stop();
    for (const balancer of runtime.balancers.values()) {
      for (const { instances } of balancer.groups) {
        for (const { idle } of instances) for (const connection of idle) connection.socket.destroy();
      }
    }
    log.info("drained", { requestsCutOff: cut });
    return cut;
  };

  return {
    start: async (inherit) => {
      const loaded = loadSnapshot(stateFile);
      if (loaded.kind === "damaged") {
        stateProblem = loaded.problem;
        log.error("state file damaged", { problem: loaded.problem });
      }
      if (loaded.kind === "loaded") {
        enforce(loaded.snapshot);
        await health.firstRound(firstRoundMs);
      }
      await inherit?.(ports.adopt);
      if (loaded.kind !== "loaded") return;
      await ports.open(loaded.snapshot.loadBalancers);
      ports.serve();
      log.info("serving kept snapshot", { generation: loaded.snapshot.generation });
    },
    put: (document) => {
      const result = putting.then(() => putNow(document));
      putting = result.catch(() => undefined);
      return result;
    },
    handOver: (successor) => {
      const result = putting.then(async () => {
        if (plane.draining) throw new Error("this gateway is draining already");
        const pid = await startSuccessor(successor, ports.servers());
        plane.draining = true;
        return pid;
      });
      putting = result.catch(() => undefined);
      return result;
    },
    snapshot: () => current,
    status: () =>
      buildStatus(runtime, { version, since, draining: plane.draining, stateProblem, portProblem: ports.problemOf }),
    metrics: () => buildMetrics(runtime, { version, since }),
    drain: (timeoutMs) => (draining ??= drainNow(timeoutMs)),
  };
}
