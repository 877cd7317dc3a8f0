import type { KubeClient } from "../client.ts";
import { isKubeError } from "../errors.ts";
import type { KubeObject, ObjectRef } from "../objects.ts";
import {
  isHeld,
  mayTake,
  microTime,
  nextRecord,
  observe,
  readRecord,
  releasedRecord,
  writeSpec,
} from "./lease-record.ts";
import type { LeaseRecord, Observation } from "./lease-record.ts";

export type LeaseLock = {
  /** One try to take or renew the lease. Throws what the server threw, except that somebody else was faster. */
  tryAcquireOrRenew(signal: AbortSignal): Promise<boolean>;
  /** Hands the lease on, if it still is ours. */
  release(signal: AbortSignal): Promise<void>;
  observed(): LeaseRecord | null;
};

export type LeaseLockOptions = {
  ref: ObjectRef;
  identity: string;
  durationSeconds: number;
  requestTimeoutMs: number;
  labels: Record<string, string>;
  now: () => number;
  wall: () => Date;
};

/**
 * client-go's algorithm on one Lease: the holder renews with one write while its own view is valid, everybody else
 * reads first; the resource version decides between two writers.
 */
export function createLeaseLock(client: KubeClient, options: LeaseLockOptions): LeaseLock {
  const { ref, identity, durationSeconds, now, wall } = options;
  let lease: KubeObject | null = null;
  let observation: Observation | null = null;

  const next = (current: LeaseRecord) => nextRecord(current, identity, durationSeconds, wall());

  function remember(stored: KubeObject): void {
    lease = stored;
    observation = observe(observation, readRecord(stored["spec"]), now());
  }

  async function write(record: LeaseRecord, over: KubeObject, signal: AbortSignal): Promise<boolean> {
    try {
      const sent = { ...over, spec: writeSpec(record, over["spec"]) };
      remember(await client.replace(sent, { signal, timeoutMs: options.requestTimeoutMs }));
      return true;
    } catch (error) {
      // 409: another writer was faster. Its record counts, which the next read brings.
      if (isKubeError(error) && (error.code === 409 || error.code === 404)) return false;
      throw error;
    }
  }

  async function create(signal: AbortSignal): Promise<boolean> {
    const time = microTime(wall());
    // A lease that was deleted goes on counting where we saw it last, so that fencing tokens do not fall back.
    const record: LeaseRecord =
      observation === null
        ? { holder: identity, durationSeconds, acquireTime: time, renewTime: time, transitions: 0 }
        : next(observation.record);
    const { name, namespace, apiVersion, kind } = ref;
    const object: KubeObject = {
      apiVersion,
      kind,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        ...(Object.keys(options.labels).length === 0 ? {} : { labels: options.labels }),
      },
      spec: writeSpec(record, {}),
    };
    try {
      remember(await client.create(object, { signal, timeoutMs: options.requestTimeoutMs }));
      return true;
    } catch (error) {
      if (isKubeError(error) && error.code === 409) return false;
      throw error;
    }
  }

  return {
    async tryAcquireOrRenew(signal) {
      if (lease !== null && observation?.record.holder === identity && isHeld(observation, now())) {
        if (await write(next(observation.record), lease, signal)) return true;
      }
      const stored = await client.find(ref, { signal, timeoutMs: options.requestTimeoutMs });
      if (stored === null) return create(signal);
      remember(stored);
      const seen = observe(observation, readRecord(stored["spec"]), now());
      if (!mayTake(seen, identity, now())) return false;
      return write(next(seen.record), stored, signal);
    },
    async release(signal) {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        if (lease === null || observation?.record.holder !== identity) return;
        if (await write(releasedRecord(observation.record, wall()), lease, signal)) return;
        const stored = await client.find(ref, { signal, timeoutMs: options.requestTimeoutMs });
        if (stored === null) return;
        remember(stored);
      }
    },
    observed: () => observation?.record ?? null,
  };
}
