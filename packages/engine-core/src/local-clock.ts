/** `day` may lie outside of its month: the 32nd of December is the 1st of January. */
export type LocalDate = { year: number; month: number; day: number };

export type LocalClock = {
  /** The local date at an instant (epoch milliseconds). */
  date(instant: number): LocalDate;
  /** The instant at which the clocks of a date show `minute` (of the day). */
  instant(date: LocalDate, minute: number, which: "first" | "last"): number;
};

export const dayMs = 24 * 3_600_000;

/** Reads wall clocks of a zone. Local times that a change of clocks leaves out move past the gap; of two equal ones `which` counts. */
export function localClock(zone: string): LocalClock {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = (instant: number) =>
    Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const wall = (instant: number): number => {
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts(instant);
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  const offset = (instant: number) => wall(instant) - Math.floor(instant / 1_000) * 1_000;
  return {
    date(instant: number): LocalDate {
      const { year = 0, month = 1, day = 1 } = parts(instant);
      return { year, month, day };
    },
    instant({ year, month, day }: LocalDate, minute: number, which: "first" | "last"): number {
      const local = Date.UTC(year, month - 1, day, 0, minute);
      const before = local - offset(local - dayMs / 2);
      const after = local - offset(local + dayMs / 2);
      const real = [before, after].filter((candidate) => wall(candidate) === local);
      if (real.length === 0) return before;
      return which === "first" ? Math.min(...real) : Math.max(...real);
    },
  };
}
