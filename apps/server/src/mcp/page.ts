/** Characters of JSON that one answer holds at most. */
const longestAnswer = 40_000;

export type Slice = { offset?: number | undefined; pointer?: string | undefined };

/**
 * An answer cut to a size that an assistant can read. Lists come page by page: as many entries as fit, from `offset` on.
 * Anything else that is too long comes as an outline; `pointer` (RFC 6901) names the part to read instead.
 */
export function page(answer: unknown, { offset = 0, pointer = "" }: Slice, longest = longestAnswer): unknown {
  const part = at(answer, pointer);
  if (part === undefined) return { error: `There is nothing at ${pointer}.`, outline: outline(answer) };
  if (Array.isArray(part)) return pageOf(part, offset, longest);
  if (typeof part === "string" && part.length > longest) return pageOfText(part, offset, longest);
  return lengthOf(part) <= longest
    ? part
    : { tooLong: true, hint: "Ask again with the pointer of a part.", outline: outline(part) };
}

function pageOf(list: readonly unknown[], offset: number, longest: number): unknown {
  const items: unknown[] = [];
  let length = 0;
  for (const item of list.slice(offset)) {
    const size = lengthOf(item);
    if (length + size > longest) {
      if (items.length === 0) items.push({ tooLong: true, outline: outline(item) });
      break;
    }
    items.push(item);
    length += size;
  }
  const next = offset + items.length;
  return { items, total: list.length, ...(next < list.length ? { nextOffset: next } : {}) };
}

function pageOfText(text: string, offset: number, longest: number): unknown {
  const next = offset + longest;
  return { text: text.slice(offset, next), total: text.length, ...(next < text.length ? { nextOffset: next } : {}) };
}

/** What is in a value, without its long parts. */
export function outline(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) {
    if (depth > 1) return `list of ${value.length}`;
    return { list: value.length, first: value.length === 0 ? null : outline(value[0], depth + 1) };
  }
  if (typeof value === "string" && value.length > 200) return `text of ${value.length} characters`;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (depth > 2) return `object of ${entries.length} fields`;
  const shown = entries.slice(0, 60).map(([key, inner]) => [key, outline(inner, depth + 1)] as const);
  return {
    ...Object.fromEntries(shown),
    ...(entries.length > 60 ? { "…": `${entries.length - 60} more fields` } : {}),
  };
}

function at(value: unknown, pointer: string): unknown {
  if (pointer === "") return value;
  const steps = pointer
    .replace(/^\//, "")
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.reduce<unknown>((found, step) => {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    return (found as Record<string, unknown>)[step];
  }, value);
}

function lengthOf(value: unknown): number {
  return (JSON.stringify(value) ?? "").length;
}
