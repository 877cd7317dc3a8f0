/** Offsets in minutes of the zone names that en-US dates carry. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ["UTC", 0],
  ["GMT", 0],
  ["WET", 0],
  ["WEST", 60],
  ["BST", 60],
  ["CET", 60],
  ["CEST", 120],
  ["EET", 120],
  ["EEST", 180],
  ["MSK", 180],
  ["IST", 330],
  ["JST", 540],
  ["KST", 540],
  ["AEST", 600],
  ["AEDT", 660],
  ["EST", -300],
  ["EDT", -240],
  ["CST", -360],
  ["CDT", -300],
  ["MST", -420],
  ["MDT", -360],
  ["PST", -480],
  ["PDT", -420],
  ["AKST", -540],
  ["AKDT", -480],
  ["HST", -600],
  ["COORDINATED UNIVERSAL TIME", 0],
  ["GREENWICH MEAN TIME", 0],
  ["EASTERN STANDARD TIME", -300],
  ["EASTERN DAYLIGHT TIME", -240],
  ["CENTRAL STANDARD TIME", -360],
  ["CENTRAL DAYLIGHT TIME", -300],
  ["MOUNTAIN STANDARD TIME", -420],
  ["MOUNTAIN DAYLIGHT TIME", -360],
  ["PACIFIC STANDARD TIME", -480],
  ["PACIFIC DAYLIGHT TIME", -420],
]);
const NAMES = [...ZONES.keys()].toSorted((a, b) => b.length - a.length);

export type ReadZone = { readonly minutes: number; readonly length: number };

const FORMS: ReadonlyMap<number, RegExp> = new Map([
  [1, /^([+-])(\d\d)()/],
  [2, /^([+-])(\d\d)(\d\d)/],
  [3, /^([+-])(\d\d):(\d\d)/],
]);

/**
 * A zone at the start of a text: for `X` in the ISO form of that count or `Z`, for `z` and `Z` as `GMT+1:00`, `-0800` or a
 * name. Null where there is none.
 */
export function readZone(text: string, letter: string, count: number): ReadZone | null {
  if (letter === "X") {
    if (text.startsWith("Z")) return { minutes: 0, length: 1 };
    return offset(FORMS.get(count)?.exec(text) ?? null);
  }
  const written = offset(/^GMT([+-])(\d{1,2}):(\d\d)/i.exec(text)) ?? offset(/^([+-])(\d\d?)(\d\d)/.exec(text));
  if (written !== null) return written;
  if (/^GMT[+-]/i.test(text)) return null;
  const upper = text.slice(0, 40).toUpperCase();
  const name = NAMES.find((one) => upper.startsWith(one));
  return name === undefined ? null : { minutes: ZONES.get(name) ?? 0, length: name.length };
}

function offset(match: RegExpExecArray | null): ReadZone | null {
  if (match === null) return null;
  const [hours, rest] = [Number(match[2]), Number(match[3] ?? 0)];
  if (hours > 23 || rest > 59) return null;
  return { minutes: (match[1] === "-" ? -1 : 1) * (hours * 60 + rest), length: match[0].length };
}
