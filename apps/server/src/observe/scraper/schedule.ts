/** A stable place within the interval, so that targets do not all come at once and every replica takes the same times. */
export function offsetOf(key: string, intervalMs: number): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 16_777_619);
  return (hash >>> 0) % Math.max(1, Math.floor(intervalMs));
}

/** The first moment after `now` that lies at `offset` within an interval counted from the epoch. Missed ones are skipped. */
export function nextDue(now: number, intervalMs: number, offset: number): number {
  return Math.floor((now - offset) / intervalMs + 1) * intervalMs + offset;
}

/** A scrape may take nearly its interval, at most ten seconds. */
export function timeoutFor(intervalMs: number): number {
  return Math.min(10_000, Math.max(250, intervalMs * 0.9));
}
