export const weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] as const;
export type Weekday = (typeof weekdays)[number];
export type PeriodKind = "once" | "weekly" | "daily";

/** A period as the form has it; `from` and `to` are `datetime-local` texts for once, else times of day. */
export type PeriodForm = { kind: PeriodKind; fromDay: Weekday; from: string; toDay: Weekday; to: string };
export type Period = { from: string; to: string };

const moment = /^\d{4}-\d{2}-\d{2}T/;
const weekly = /^([A-Za-z]+)\s+(\d{1,2}:\d{2})$/;

const padded = (time: string): string => (/^\d:/.test(time) ? `0${time}` : time);
const weekday = (text: string | undefined, fallback: Weekday): Weekday =>
  weekdays.find((day) => day === text?.toUpperCase()) ?? fallback;

/** What the form starts with when its kind is chosen. */
export function freshPeriod(kind: PeriodKind): PeriodForm {
  return kind === "once"
    ? { kind, fromDay: "FRIDAY", from: "", toDay: "MONDAY", to: "" }
    : kind === "weekly"
      ? { kind, fromDay: "FRIDAY", from: "16:00", toDay: "MONDAY", to: "08:00" }
      : { kind, fromDay: "FRIDAY", from: "18:00", toDay: "MONDAY", to: "08:00" };
}

/** A calendar's period (`2026-12-20T00:00`, `FRIDAY 16:00` or `18:00`) for the form. */
export function toForm({ from, to }: Period): PeriodForm {
  if (moment.test(from)) return { ...freshPeriod("once"), from, to };
  const [start, end] = [weekly.exec(from), weekly.exec(to)];
  if (start && end)
    return {
      kind: "weekly",
      fromDay: weekday(start[1], "FRIDAY"),
      from: padded(start[2] ?? ""),
      toDay: weekday(end[1], "MONDAY"),
      to: padded(end[2] ?? ""),
    };
  return { ...freshPeriod("daily"), from: padded(from), to: padded(to) };
}

export function fromForm(form: PeriodForm): Period {
  return form.kind === "weekly"
    ? { from: `${form.fromDay} ${form.from}`, to: `${form.toDay} ${form.to}` }
    : { from: form.from, to: form.to };
}

/** The field that is empty, if one is. */
export function emptyField(form: PeriodForm): "from" | "to" | null {
  return form.from === "" ? "from" : form.to === "" ? "to" : null;
}
