import type { LoadBalancer } from "@gennaker/gateway-config/snapshot.ts";

/** What holds when a snapshot says nothing; milliseconds. */
export const defaults = {
  connectMs: 2_000,
  responseMs: 30_000,
  idleMs: 300_000,
  clientHeadMs: 10_000,
  clientIdleMs: 75_000,
  halfCloseMs: 1_000,
  upstreamIdleMs: 4_000,
  retryAttempts: 2,
} as const;

/** Where a request stands; times are of performance.now(). */
export interface Progress {
  connected: boolean;
  requestDone: boolean;
  /** The answer, or an upgraded stream, has begun. */
  responding: boolean;
  /** The client closed its sending side and is not in a tunnel. */
  clientEnded: boolean;
  /** The client has not read what was written yet, which shows that it is still there. */
  clientFull: boolean;
  attemptAt: number;
  /** When the request was complete. */
  completeAt: number;
  /** Last byte in either direction. */
  activeAt: number;
}

/** What ran out: the attempt (`final`: no other instance may be tried) or the client itself. */
export type Expiry = "clientGone" | { reason: string; final: boolean };

/** The limit of time that a request has passed, if any. */
export function findExpiry(config: LoadBalancer, now: number, at: Progress): Expiry | undefined {
  const { timeouts } = config;
  const connectMs = timeouts?.connectMs ?? defaults.connectMs;
  const responseMs = timeouts?.responseMs ?? defaults.responseMs;
  const idleMs = timeouts?.idleMs ?? defaults.idleMs;
  const halfCloseMs = timeouts?.halfCloseMs ?? defaults.halfCloseMs;
  if (!at.connected) {
    if (now - at.attemptAt <= connectMs) return undefined;
    return { reason: `no connection to the instance within ${connectMs} ms`, final: false };
  }
  if (at.clientEnded && !at.clientFull && now - at.activeAt > halfCloseMs) return "clientGone";
  if (!at.requestDone && !at.responding) return now - at.activeAt > idleMs ? "clientGone" : undefined;
  if (at.responding) {
    if (now - at.activeAt <= idleMs) return undefined;
    return { reason: `no byte of the answer for ${idleMs} ms`, final: true };
  }
  if (now - at.completeAt > responseMs) {
    return { reason: `no answer within ${responseMs} ms`, final: true };
  }
  const perTry = config.retries?.perTryTimeoutMs;
  if (perTry !== undefined && now - Math.max(at.attemptAt, at.completeAt) > perTry) {
    return { reason: `no answer within ${perTry} ms (limit per try)`, final: false };
  }
  return undefined;
}
