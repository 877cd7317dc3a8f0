import { createHash } from "node:crypto";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { parseExact } from "../../platform/values/exact-numbers.ts";

/** Fields that a save sets anew, here and in Spinnaker; a document says the same without them. */
const volatile = new Set([
  "id",
  "updateTs",
  "createTs",
  "lastModified",
  "lastModifiedBy",
  "createdTimestamp",
  "createdTimestampIso",
  "updatedTimestamp",
  "updatedTimestampIso",
]);

/** SHA-256 of what a JSON document says: the order of keys and the fields that each save sets do not count. */
export function contentHash(text: string): string {
  const value = parseExact(text);
  const document = isRecord(value) ? without(value, volatile) : value;
  return createHash("sha256")
    .update(JSON.stringify(ordered(document)))
    .digest("hex");
}

/** SHA-256 of a stored text, whatever it says. */
export function storedHash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * True when the stored document is what storing the received one gives: fields that only the store fills (`index`, an
 * empty list of traffic guards, the application's name in lower case …) do not count.
 */
export function saysTheSame(stored: JsonObject, received: JsonObject): boolean {
  const filled = new Set([...volatile, "application", "tag", "digest"]);
  // Applications are called in lower case; other names tell big letters from small ones.
  if (received["application"] === undefined && lower(stored["name"]) === lower(received["name"])) filled.add("name");
  for (const key of ["index", "trafficGuards", "type"]) if (received[key] === undefined) filled.add(key);
  const bare = (document: JsonObject) => JSON.stringify(ordered(without(document, filled)));
  return bare(stored) === bare(received);
}

const lower = (value: unknown): string => String(value).toLowerCase();

/** An id that is the same each time the same thing is imported: a UUID made of what it is called. */
export function stableId(...parts: readonly string[]): string {
  const hex = createHash("sha256")
    .update(parts.map((part) => JSON.stringify(part)).join("\n"))
    .digest("hex");
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function without(document: Record<string, unknown>, fields: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !fields.has(key)));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isRecord(value)) return value;
  if (isRaw(value)) return sameNumber(value);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, ordered(inner)]),
  );
}

/** `1.0` and `1` are the same; what a double cannot hold keeps its digits. */
function sameNumber(raw: { rawJSON: string }): unknown {
  const digits = raw.rawJSON
    .replace(/[eE].*$/, "")
    .replaceAll(/[-.]/g, "")
    .replace(/^0+/, "")
    .replace(/0+$/, "");
  return digits.length <= 15 ? Number(raw.rawJSON) : raw;
}

/** A number kept as its text. */
function isRaw(value: object): value is { rawJSON: string } {
  return (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
