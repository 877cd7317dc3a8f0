import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { KubeClient } from "../client.ts";
import { KubeError } from "../errors.ts";
import { configurationError } from "../config/configuration-error.ts";
import { pause } from "../http/backoff.ts";
import { createLeaseLock } from "./lease-lock.ts";

export type LeaderElectorOptions = {
  namespace: string;
  name: string;
  /** Unique among all processes, ever. Default: host name and a random part. */
  identity?: string;
  /** Others wait so long after the last change they saw. Whole seconds. Default 15 s. */
  leaseDurationMs?: number;
  /** Without a renewal for so long leadership is given up. Default 10 s. */
  renewDeadlineMs?: number;
  /** Between tries; candidates wait 1 to 2.2 times as long. Default 2 s. */
  retryPeriodMs?: number;
  /** An event loop that stood still for so long counts as loss. Default half the renew deadline. */
  stallMs?: number;
  /** Labels of a lease that has to be created. */
  labels?: Record<string, string>;
  random?: () => number;
  onNewLeader?: (identity: string) => void;
  onError?: (error: unknown) => void;
};

/** One term of office. */
export type Leadership = {
  identity: string;
  /** `leaseTransitions`: grows with every change of holder. Store it with every write and refuse older ones. */
  fencingToken: number;
  /** Fires when leadership is lost or the candidate is asked to stop. */
  signal: AbortSignal;
  /** False from the renew deadline on, even when timers could not run. Ask right before a change. */
  isValid(): boolean;
};

export type LeaderElector = {
  identity: string;
  /** Who held the lease when it was last seen. */
  leader(): string | null;
  /**
   * Contends until `signal` fires or `lead` returns by itself, and calls `lead` for each term. The lease is renewed
   * until `lead` has ended, and only then handed on; after a loss the next term is contended for.
   */
  run(lead: (leadership: Leadership) => Promise<void>, signal: AbortSignal): Promise<void>;
};

/** client-go's `JitterFactor`. */
const jitterFactor = 1.2;

/**
 * Leader election on a Lease, by client-go's rules, so that both can contend for one lock. Stricter in one thing: the
 * renew deadline counts from the start of the last renewal that succeeded, not from the start of the next try.
 */
export function createLeaderElector(client: KubeClient, options: LeaderElectorOptions): LeaderElector {
  const identity = options.identity ?? `${hostname()}_${randomUUID()}`;
  const { leaseDurationMs = 15_000, renewDeadlineMs = 10_000, retryPeriodMs = 2_000, random = Math.random } = options;
  check({ identity, leaseDurationMs, renewDeadlineMs, retryPeriodMs });
  const now = () => performance.now();
  const lock = createLeaseLock(client, {
    ref: { apiVersion: "coordination.k8s.io/v1", kind: "Lease", name: options.name, namespace: options.namespace },
    identity,
    durationSeconds: Math.floor(leaseDurationMs / 1000),
    requestTimeoutMs: renewDeadlineMs / 2,
    labels: options.labels ?? {},
    now,
    wall: () => new Date(),
  });
  let told: string | null = null;

  async function attempt(signal: AbortSignal): Promise<boolean> {
    let held = false;
    try {
      held = await lock.tryAcquireOrRenew(signal);
    } catch (error) {
      if (!signal.aborted) options.onError?.(error);
    }
    const leader = lock.observed()?.holder ?? "";
    if (leader !== "" && leader !== told) {
      told = leader;
      options.onNewLeader?.(leader);
    }
    return held;
  }

  /** Returns when the winning write was sent; null when asked to stop before. */
  async function acquire(signal: AbortSignal): Promise<number | null> {
    while (!signal.aborted) {
      const began = now();
      if (await attempt(signal)) return began;
      await pause(retryPeriodMs * (1 + random() * jitterFactor), signal);
    }
    return null;
  }

  async function term(
    renewedAt: number,
    lead: (leadership: Leadership) => Promise<void>,
    signal: AbortSignal,
  ): Promise<"lost" | "ended"> {
    let renewed = renewedAt;
    const lost = new AbortController();
    const done = new AbortController();
    const lose = (reason: string) => lost.abort(leadershipLost(options, reason));
    const stopWatchdog = watchEventLoop({
      everyMs: Math.min(250, retryPeriodMs / 4),
      stallMs: options.stallMs ?? renewDeadlineMs / 2,
      onStall: (ms) => lose(`the event loop stood still for ${Math.round(ms)} ms`),
      onTick: () => {
        if (now() - renewed >= renewDeadlineMs) lose("the lease could not be renewed in time");
      },
    });
    const renewing = (async () => {
      const ends = AbortSignal.any([lost.signal, done.signal]);
      while (await pause(retryPeriodMs, ends)) {
        const began = now();
        // A request outlives neither the deadline nor the term.
        const limit = AbortSignal.timeout(Math.max(1, Math.ceil(renewed + renewDeadlineMs - began)));
        if (await attempt(AbortSignal.any([lost.signal, limit]))) renewed = began;
        else if (lock.observed()?.holder !== identity)
          lose(`${lock.observed()?.holder || "nobody"} holds the lease now`);
      }
    })();
    try {
      await lead({
        identity,
        fencingToken: lock.observed()?.transitions ?? 0,
        signal: AbortSignal.any([signal, lost.signal]),
        isValid: () => !lost.signal.aborted && !signal.aborted && now() - renewed < renewDeadlineMs,
      });
    } catch (error) {
      // Work that is aborted by its signal ends with an error as a rule.
      if (!lost.signal.aborted && !signal.aborted) throw error;
    } finally {
      done.abort();
      await renewing;
      stopWatchdog();
      if (!lost.signal.aborted) {
        await lock
          .release(AbortSignal.timeout(Math.ceil(renewDeadlineMs)))
          .catch((error: unknown) => options.onError?.(error));
      }
    }
    return lost.signal.aborted ? "lost" : "ended";
  }

  return {
    identity,
    leader: () => lock.observed()?.holder || null,
    async run(lead, signal) {
      for (;;) {
        const renewedAt = await acquire(signal);
        if (renewedAt === null) return;
        if ((await term(renewedAt, lead, signal)) === "ended" || signal.aborted) return;
        await pause(retryPeriodMs, signal);
      }
    },
  };
}

/** Notices by a timer's lateness that the process did not run: overload, suspension, a debugger. */
function watchEventLoop(options: {
  everyMs: number;
  stallMs: number;
  onStall(ms: number): void;
  onTick(): void;
}): () => void {
  let last = performance.now();
  const timer = setInterval(() => {
    const late = performance.now() - last - options.everyMs;
    last = performance.now();
    if (late >= options.stallMs) options.onStall(late);
    options.onTick();
  }, options.everyMs);
  return () => clearInterval(timer);
}

function leadershipLost(options: LeaderElectorOptions, reason: string): KubeError {
  const message = `leadership of ${options.namespace}/${options.name} is lost: ${reason}.`;
  return new KubeError({ code: 0, reason: "LeadershipLost", message, retryable: false });
}

function check(times: {
  identity: string;
  leaseDurationMs: number;
  renewDeadlineMs: number;
  retryPeriodMs: number;
}): void {
  if (times.identity === "") throw configurationError("leader election needs an identity that is not empty.");
  if (times.leaseDurationMs < 1000) throw configurationError("the lease duration is at least one second.");
  if (times.leaseDurationMs <= times.renewDeadlineMs) {
    throw configurationError("the lease duration must be longer than the renew deadline.");
  }
  if (times.renewDeadlineMs <= times.retryPeriodMs * jitterFactor) {
    throw configurationError(`the renew deadline must be longer than ${jitterFactor} retry periods.`);
  }
}
