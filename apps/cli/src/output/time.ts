/** A length of time as people read it: `850ms`, `12s`, `3m 05s`, `2h 07m`, `4d 03h`. */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h ${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
}

/** From one time to another (or to now), empty where it has not begun. */
export function between(start: string | null, end: string | null, now: number): string {
  if (start === null) return "";
  return duration((end === null ? now : Date.parse(end)) - Date.parse(start));
}

/** How long ago, or empty. */
export function ago(time: string | null, now: number): string {
  return time === null ? "" : `${duration(now - Date.parse(time))} ago`;
}

/** `10:20:30` in UTC, as the API's own times are. */
export function clock(now: number): string {
  return new Date(now).toISOString().slice(11, 19);
}
