/** JSON as YAML, in the order of its fields; texts of several lines as blocks. Any YAML reader gives the same JSON back. */
export function toYaml(value: unknown): string {
  return `${lines(value, 0).join("\n")}\n`;
}

const step = "  ";

function lines(value: unknown, depth: number): string[] {
  const indent = step.repeat(depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${indent}[]`];
    return value.flatMap((item: unknown) => {
      const [first = "", ...rest] = lines(item, depth + 1);
      return [`${indent}- ${first.slice(indent.length + step.length)}`, ...rest];
    });
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    if (entries.length === 0) return [`${indent}{}`];
    return entries.flatMap(([key, each]) => field(text(key), each, depth));
  }
  return scalar(value, depth);
}

function field(key: string, value: unknown, depth: number): string[] {
  const indent = step.repeat(depth);
  const nested = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  // Lists stand at the depth of their key, as kubectl writes them.
  if (nested) return [`${indent}${key}:`, ...lines(value, Array.isArray(value) ? depth : depth + 1)];
  const [first = "", ...rest] = lines(value, depth);
  return [`${indent}${key}: ${first.slice(indent.length)}`, ...rest];
}

function scalar(value: unknown, depth: number): string[] {
  const indent = step.repeat(depth);
  if (typeof value !== "string") return [`${indent}${String(value)}`];
  if (!isBlock(value)) return [`${indent}${text(value)}`];
  const body = value.endsWith("\n") ? value.slice(0, -1) : value;
  const chomp = value.endsWith("\n\n") ? "+" : value.endsWith("\n") ? "" : "-";
  const inner = step.repeat(depth + 1);
  return [`${indent}|${chomp}`, ...body.split("\n").map((line) => (line === "" ? "" : `${inner}${line}`))];
}

/** Blocks cannot hold leading blanks or control characters without further marks. */
function isBlock(value: string): boolean {
  return value.includes("\n") && !/^\s/.test(value) && value.trim() !== "" && !Array.from(value).some(isControl);
}

/** Also the line ends of other systems, which YAML would read as one of its own. */
function isControl(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0;
  return (code < 0x20 && letter !== "\n" && letter !== "\t") || [0x7f, 0x85, 0x2028, 0x2029].includes(code);
}

/** Words that YAML 1.1 or 1.2 reads as something else than text. */
const notText =
  /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?(?:\d[\d_,:]*)?\.?\d*(?:e[-+]?\d+)?|0[xob][\da-f_]+|[-+]?\.(?:inf|nan)|\d{4}-\d\d?-\d\d?.*|=|<<)$/i;
const plain = /^[A-Za-z0-9_./(][A-Za-z0-9_./()@%+=,;<> *$^~-]*(?::[A-Za-z0-9_./@%+=-]+)*$/;

function text(value: string): string {
  const isPlain = plain.test(value) && !notText.test(value) && !value.endsWith(" ") && !value.includes(" #");
  return isPlain ? value : JSON.stringify(value);
}
