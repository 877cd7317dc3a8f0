/** One field of a cron expression in Quartz's form. */
type Field = { name: string; from: number; to: number; words?: readonly string[] };

const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const weekdays = "SUN MON TUE WED THU FRI SAT".split(" ");

const fields: readonly Field[] = [
  { name: "seconds", from: 0, to: 59 },
  { name: "minutes", from: 0, to: 59 },
  { name: "hours", from: 0, to: 23 },
  { name: "day of month", from: 1, to: 31 },
  { name: "month", from: 1, to: 12, words: months },
  { name: "day of week", from: 1, to: 7, words: weekdays },
  { name: "year", from: 1970, to: 2299 },
];
const [dayOfMonth, dayOfWeek] = [3, 5];

/**
 * Why this is no cron expression as Quartz takes them (six fields or seven, seconds first); null for one that is. In seconds,
 * minutes and hours an `H` stands for a moment that Spinnaker chooses.
 */
export function cronFault(expression: string): string | null {
  const parts = expression.trim().split(/\s+/).filter(Boolean);
  if (parts.length < 6 || parts.length > 7)
    return `A cron expression has six fields, seconds first, or seven with the year; this one has ${parts.length}.`;
  for (const [index, part] of parts.entries()) {
    const field = fields[index];
    const reason = field === undefined ? null : fieldFault(field, index, part.toUpperCase());
    if (reason !== null) return `The field for ${field?.name}, "${part}", ${reason}.`;
  }
  const open = [dayOfMonth, dayOfWeek].filter((index) => parts[index] === "?").length;
  return open === 1 ? null : "Exactly one of day of month and day of week must be ?, which stands for any.";
}

function fieldFault(field: Field, index: number, text: string): string | null {
  if (text === "?") return index === dayOfMonth || index === dayOfWeek ? null : "cannot be ?; write * for every one";
  for (const item of text.split(",")) {
    const reason = itemFault(field, index, item);
    if (reason !== null) return reason;
  }
  return null;
}

function itemFault(field: Field, index: number, item: string): string | null {
  if (item === "") return "has an empty part between commas";
  if (index === dayOfMonth && /^(L(-([0-9]|[12][0-9]|30))?W?|([1-9]|[12][0-9]|3[01])W)$/.test(item)) return null;
  if (index === dayOfWeek && item === "L") return null;
  const special = index === dayOfWeek ? /^(.+?)(L|#[1-5])$/.exec(item) : null;
  if (special?.[1] !== undefined) return valueFault(field, special[1]);
  const [range = "", step, ...rest] = (index <= 2 ? item.replaceAll("H", String(field.from)) : item).split("/");
  if (rest.length > 0) return "has more than one /";
  if (step !== undefined) {
    if (!/^\d+$/.test(step) || Number(step) < 1) return "needs a whole number above 0 behind /";
    if (index < 6 && Number(step) > field.to) return `steps by more than ${field.to}`;
  }
  if (range === "*" || (range === "" && step !== undefined)) return null;
  const [first = "", last, ...more] = range.split("-");
  if (more.length > 0) return "has more than one -";
  const reason = valueFault(field, first) ?? (last === undefined ? null : valueFault(field, last));
  // Other ranges may go round: FRI-MON, 22-4.
  if (reason !== null || index < 6 || last === undefined || Number(first) <= Number(last)) return reason;
  return "ends before it begins";
}

function valueFault({ from, to, words }: Field, text: string): string | null {
  if (words?.includes(text) === true) return null;
  if (/^\d{1,4}$/.test(text) && Number(text) >= from && Number(text) <= to) return null;
  return `must lie between ${from} and ${to}${words === undefined ? "" : ` or be one of ${words.join(", ")}`}`;
}

/** What a valid expression means, field by field in words. */
export function describeCron(expression: string): string {
  const parts = expression.trim().toUpperCase().split(/\s+/);
  const [second = "*", minute = "*", hour = "*", day = "*", month = "*", weekday = "?", year = "*"] = parts;
  const plain = [second, minute, hour].every((part) => /^\d+$/.test(part));
  const two = (text: string) => text.padStart(2, "0");
  const time = plain
    ? `At ${two(hour)}:${two(minute)}${second === "0" ? "" : `:${two(second)}`}`
    : [
        second === "0" ? "" : part("second", second),
        minute === "0" && hour === "*" ? "every hour" : minute === "*" ? "every minute" : part("minute", minute),
        hour === "*" ? "" : part("hour", hour),
      ]
        .filter(Boolean)
        .join(", ");
  const dates = [
    day === "?" || day === "*" ? "" : day === "L" ? "on the last day of the month" : part("day of the month", day),
    weekday === "?" || weekday === "*" ? "" : weekdayText(weekday),
    month === "*" ? "" : part("month", month),
    year === "*" ? "" : `in ${year}`,
  ].filter(Boolean);
  const text = [time, ...(dates.length === 0 && plain ? ["every day"] : dates)].join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function part(noun: string, text: string): string {
  const [range = "*", step] = text.split("/");
  if (step !== undefined) {
    const from = range === "*" || range === "0" || range === "" ? "" : ` from ${range}`;
    return step === "1" && from === "" ? `every ${noun}` : `every ${step} ${noun}s${from}`;
  }
  if (text === "*") return `every ${noun}`;
  return `${noun} ${text.replaceAll(",", ", ").replaceAll("-", " to ")}`;
}

function weekdayText(text: string): string {
  const named = text.replaceAll(/(?<![#\d])[1-7](?!\d)/g, (digit) => weekdays[Number(digit) - 1] ?? digit);
  return `on ${named.replaceAll(",", ", ").replaceAll("-", " to ")}`;
}
