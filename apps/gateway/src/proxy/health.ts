import http from "node:http";

import type { HealthCheck } from "@gennaker/gateway-config/snapshot.ts";

import type { BalancerRuntime, InstanceRuntime } from "./model.ts";
import { refresh } from "./runtime.ts";

/** A new instance is asked this often until it answers for the first time, so that it serves as soon as it can. */
const unknownIntervalMs = 100;

export interface HealthEvents {
  changed(balancer: BalancerRuntime, instance: InstanceRuntime, from: string): void;
}

export interface HealthChecker {
  /** Adjusts the running checks to the balancers' instances; call after each snapshot. */
  reconcile(balancers: Iterable<BalancerRuntime>): void;
  /** Counts a refused connection as a failed check. */
  connectFailed(balancer: BalancerRuntime, instance: InstanceRuntime, reason: string): void;
  /** Resolves when every instance has had a first result, or after `limitMs`. */
  firstRound(limitMs: number): Promise<void>;
  stop(): void;
}

interface Checked {
  balancer: BalancerRuntime;
  instance: InstanceRuntime;
  timer: NodeJS.Timeout | undefined;
  asked: boolean;
  stopped: boolean;
}

export function createHealthChecker(events: HealthEvents): HealthChecker {
  const running = new Map<InstanceRuntime, Checked>();
  let firstRoundWaiters: (() => void)[] = [];

  const settle = (): void => {
    for (const checked of running.values()) if (!checked.asked) return;
    for (const waiter of firstRoundWaiters.splice(0)) waiter();
  };

  const ask = async (checked: Checked): Promise<void> => {
    const check = checked.balancer.config.healthCheck;
    if (checked.stopped || !check) return;
    const startedAt = performance.now();
    const failure = await probe(checked.instance, check);
    checked.asked = true;
    if (!checked.stopped) {
      applyResult(checked.balancer, checked.instance, failure, events);
      const every =
        checked.instance.health === "unknown" ? Math.min(unknownIntervalMs, check.intervalMs) : check.intervalMs;
      const wait = Math.max(1, every - (performance.now() - startedAt));
      checked.timer = setTimeout(() => void ask(checked), wait);
    }
    settle();
  };

  const stopCheck = (checked: Checked): void => {
    checked.stopped = true;
    clearTimeout(checked.timer);
    running.delete(checked.instance);
  };

  return {
    reconcile: (balancers) => {
      const wanted = new Set<InstanceRuntime>();
      for (const balancer of balancers) {
        if (!balancer.config.healthCheck) continue;
        for (const group of balancer.groups) {
          for (const instance of group.instances) {
            wanted.add(instance);
            if (running.has(instance)) continue;
            const checked: Checked = { balancer, instance, timer: undefined, asked: false, stopped: false };
            running.set(instance, checked);
            void ask(checked);
          }
        }
      }
      for (const checked of running.values()) if (!wanted.has(checked.instance)) stopCheck(checked);
      settle();
    },
    connectFailed: (balancer, instance, reason) => {
      const checked = running.get(instance);
      if (checked && instance.health === "healthy") applyResult(balancer, instance, reason, events);
    },
    firstRound: (limitMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, limitMs);
        firstRoundWaiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
        settle();
      }),
    stop: () => {
      for (const checked of running.values()) stopCheck(checked);
      for (const waiter of firstRoundWaiters) waiter();
      firstRoundWaiters = [];
    },
  };
}

/** Counts one result against the thresholds. `failure` in words; undefined is a pass. */
function applyResult(
  balancer: BalancerRuntime,
  instance: InstanceRuntime,
  failure: string | undefined,
  events: HealthEvents,
): void {
  const check = balancer.config.healthCheck;
  if (!check || instance.removed) return;
  const before = instance.health;
  if (failure === undefined) {
    instance.failures = 0;
    instance.passes += 1;
    if (before === "unknown" || instance.passes >= check.healthy) instance.health = "healthy";
    if (instance.health === "healthy") instance.reason = undefined;
  } else {
    instance.passes = 0;
    instance.failures += 1;
    instance.reason = failure;
    if (instance.failures >= check.unhealthy) instance.health = "unhealthy";
  }
  if (instance.health === before) return;
  refresh(balancer);
  events.changed(balancer, instance, before);
}

/** One GET on a connection of its own; resolves to what failed in words, or undefined. 2xx and 3xx pass. */
function probe(instance: InstanceRuntime, check: HealthCheck): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = http.get(
      {
        host: instance.address,
        port: instance.port,
        path: check.path,
        agent: false,
        headers: { "user-agent": "gennaker-gateway-health", b3: "0" },
      },
      (response) => {
        const status = response.statusCode ?? 0;
        response.resume();
        finish(status >= 200 && status < 400 ? undefined : `GET ${check.path} answered ${status}`);
      },
    );
    // A timer of its own: the socket's timeout would start anew with every byte.
    const timer = setTimeout(
      () => finish(`GET ${check.path} did not answer within ${check.timeoutMs} ms`),
      check.timeoutMs,
    );
    const finish = (failure: string | undefined): void => {
      clearTimeout(timer);
      request.destroy();
      resolve(failure);
    };
    request.on("error", (error: NodeJS.ErrnoException) =>
      finish(`GET ${check.path} failed: ${error.code ?? error.message}`),
    );
  });
}
