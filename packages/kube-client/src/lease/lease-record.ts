import { isRecord } from "../objects.ts";

/** What a `coordination.k8s.io/v1` Lease says about leadership. Times are RFC 3339 texts with microseconds. */
export type LeaseRecord = {
  /** Empty: nobody. */
  holder: string;
  durationSeconds: number;
  acquireTime: string;
  renewTime: string;
  /** Counts the changes of holder. */
  transitions: number;
};

/** A record and when, by our own monotonic clock, we first saw it. Times of others are never compared. */
export type Observation = { record: LeaseRecord; seenAt: number };

export function readRecord(spec: unknown): LeaseRecord {
  const fields = isRecord(spec) ? spec : {};
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : "");
  const number = (name: string) => (typeof fields[name] === "number" ? fields[name] : 0);
  return {
    holder: text("holderIdentity"),
    durationSeconds: number("leaseDurationSeconds"),
    acquireTime: text("acquireTime"),
    renewTime: text("renewTime"),
    transitions: number("leaseTransitions"),
  };
}

/** The spec to store; what others keep in it (strategy, preferred holder) stays. */
export function writeSpec(record: LeaseRecord, existing: unknown): Record<string, unknown> {
  const { holderIdentity: _holder, ...others } = isRecord(existing) ? existing : {};
  return {
    ...others,
    // An empty holder is written by leaving the field out: the server refuses an empty text.
    ...(record.holder === "" ? {} : { holderIdentity: record.holder }),
    leaseDurationSeconds: record.durationSeconds,
    acquireTime: record.acquireTime,
    renewTime: record.renewTime,
    leaseTransitions: record.transitions,
  };
}

/** Somebody's lease still counts: not yet a full duration since we saw it change. */
export function isHeld(observation: Observation, now: number): boolean {
  return observation.seenAt + observation.record.durationSeconds * 1000 > now;
}

/** Remembers a record: the time only moves when the record is another one than before. */
export function observe(previous: Observation | null, record: LeaseRecord, now: number): Observation {
  return previous !== null && sameRecord(previous.record, record) ? previous : { record, seenAt: now };
}

/** May this candidate write the lease, given what it has observed? */
export function mayTake(observation: Observation, identity: string, now: number): boolean {
  const { holder } = observation.record;
  return holder === "" || holder === identity || !isHeld(observation, now);
}

/** The record a candidate writes: a new holder counts one transition, the old one keeps its time of acquisition. */
export function nextRecord(current: LeaseRecord, identity: string, durationSeconds: number, wall: Date): LeaseRecord {
  const time = microTime(wall);
  const same = current.holder === identity;
  return {
    holder: identity,
    durationSeconds,
    acquireTime: same ? current.acquireTime : time,
    renewTime: time,
    transitions: same ? current.transitions : current.transitions + 1,
  };
}

/** The record that hands the lease on: no holder, one second, so that the next candidate takes it at its next try. */
export function releasedRecord(current: LeaseRecord, wall: Date): LeaseRecord {
  const time = microTime(wall);
  return { holder: "", durationSeconds: 1, acquireTime: time, renewTime: time, transitions: current.transitions };
}

export function microTime(wall: Date): string {
  return wall.toISOString().replace("Z", "000Z");
}

function sameRecord(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.holder === b.holder &&
    a.durationSeconds === b.durationSeconds &&
    a.acquireTime === b.acquireTime &&
    a.renewTime === b.renewTime &&
    a.transitions === b.transitions
  );
}
