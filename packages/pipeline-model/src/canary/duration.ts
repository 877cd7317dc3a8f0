const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const pattern = /^([+-])?P(?:([+-]?\d+)D)?(T(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?\d+(?:[.,]\d{1,9})?)S)?)?$/i;

/** Reads an ISO-8601 duration in days, hours, minutes and seconds as Java's `Duration.parse` does; null when it is none. */
export function parseDuration(text: string): number | null {
  const match = pattern.exec(text.trim());
  if (match === null) return null;
  const [, sign, days, time, hours, minutes, seconds] = match;
  if (days === undefined && hours === undefined && minutes === undefined && seconds === undefined) return null;
  if (time?.toUpperCase() === "T") return null;
  const total =
    Number(days ?? 0) * day +
    Number(hours ?? 0) * hour +
    Number(minutes ?? 0) * minute +
    Math.round(Number((seconds ?? "0").replace(",", ".")) * second);
  return sign === "-" ? -total : total;
}

/** Milliseconds as people read them: `90 s` is "1 min 30 s". */
export function inWords(milliseconds: number): string {
  if (milliseconds < second) return `${Math.round(milliseconds)} ms`;
  const parts: string[] = [];
  let rest = Math.round(milliseconds / second);
  for (const [unit, size] of [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(" ");
}
