export type Language = "en" | "ko";

/** Numbers and times as the language writes them, in the reader's time zone. */
export type Format = {
  number(value: number, digits?: number): string;
  /** `value` is already in percent. */
  percent(value: number): string;
  bytes(value: number): string;
  /** A length of time in milliseconds, e.g. `1 h 4 min`, `4 min 12 s`, `12 s`, `0.4 s`. */
  duration(ms: number): string;
  dateTime(iso: string): string;
  timeOfDay(iso: string): string;
  /** With milliseconds, where the order of what happens at once matters. */
  exactTime(iso: string): string;
  /** A day of the week by its English name, e.g. `FRIDAY` → `Fri`, `금`. */
  weekday(name: string): string;
  /** How long ago, e.g. `3 minutes ago`. */
  ago(iso: string, now: number): string;
};

type Unit = "day" | "hour" | "minute" | "second";
const unitMs: readonly (readonly [Unit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

const weekdayNames = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];

const instants = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g;

/** A sentence of the server with its ISO times written for the reader. */
export function withLocalTimes(text: string, format: Pick<Format, "dateTime">): string {
  return text.replace(instants, (iso) => (Number.isNaN(Date.parse(iso)) ? iso : format.dateTime(iso)));
}

export function createFormat(language: Language, timeZone?: string): Format {
  const zone = timeZone === undefined ? {} : { timeZone };
  const dateTime = new Intl.DateTimeFormat(language, {
    ...zone,
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const timeOfDay = new Intl.DateTimeFormat(language, {
    ...zone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const exactTime = new Intl.DateTimeFormat(language, {
    ...zone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  });
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const number = (value: number, digits = 2) =>
    new Intl.NumberFormat(language, {
      maximumFractionDigits: Math.abs(value) >= 100 ? Math.min(1, digits) : digits,
    }).format(value);
  const unit = (value: number, name: Unit, digits = 0) =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);

  return {
    number,
    percent: (value) => `${number(value, 1)} %`,
    bytes(value) {
      const units = ["B", "KiB", "MiB", "GiB", "TiB"];
      const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
      return `${number(value / 1024 ** power, power === 0 ? 0 : 1)} ${units[power]}`;
    },
    duration(ms) {
      if (ms < 950) return unit(Math.max(0, ms) / 1000, "second", ms === 0 ? 0 : 1);
      const rounded = Math.round(ms / 1000) * 1000;
      const index = unitMs.findIndex(([, size]) => rounded >= size);
      const [name, size] = unitMs[Math.max(0, index)] ?? ["second", 1_000];
      const head = unit(Math.floor(rounded / size), name);
      const next = unitMs[index + 1];
      const rest = next ? Math.floor((rounded % size) / next[1]) : 0;
      return next && rest > 0 ? `${head} ${unit(rest, next[0])}` : head;
    },
    dateTime: (iso) => dateTime.format(new Date(iso)),
    exactTime: (iso) => exactTime.format(new Date(iso)),
    timeOfDay: (iso) => timeOfDay.format(new Date(iso)),
    weekday(name) {
      const index = weekdayNames.indexOf(name.toUpperCase());
      // The first of January 2023 was a Sunday.
      return index === -1 ? name : weekday.format(Date.UTC(2023, 0, 1 + index));
    },
    ago(iso, now) {
      const passed = now - Date.parse(iso);
      const [name, size] = unitMs.find(([, each]) => Math.abs(passed) >= each) ?? ["second", 1_000];
      return relative.format(-Math.round(passed / size), name);
    },
  };
}
