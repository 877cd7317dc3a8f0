export type Place = { start: number; end: number; line: number };

/**
 * Where the value at a JSON pointer (RFC 6901) stands in a JSON text; for a pointer to something missing, the nearest
 * enclosing value. Null when the text is not JSON as far as that place.
 */
export function locate(text: string, pointer: string): Place | null {
  const parts =
    pointer === ""
      ? []
      : pointer
          .split("/")
          .slice(1)
          .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const scanner = createScanner(text);
  try {
    scanner.space();
    const [start, end] = find(scanner, parts);
    return { start, end, line: text.slice(0, start).split("\n").length };
  } catch {
    return null;
  }
}

type Scanner = {
  at: number;
  peek(): string;
  take(expected: string): void;
  space(): void;
  string(): string;
  skip(): void;
};

function find(scanner: Scanner, parts: readonly string[]): [number, number] {
  const start = scanner.at;
  const [first, ...rest] = parts;
  const open = scanner.peek();
  const inside =
    first === undefined
      ? null
      : open === "{"
        ? member(scanner, first)
        : open === "["
          ? element(scanner, Number(first))
          : null;
  if (inside) return find(scanner, rest);
  scanner.at = start;
  scanner.skip();
  return [start, scanner.at];
}

/** Goes to the value of a key; false when there is none. */
function member(scanner: Scanner, key: string): boolean {
  scanner.take("{");
  for (;;) {
    scanner.space();
    if (scanner.peek() !== '"') return false;
    const name = scanner.string();
    scanner.space();
    scanner.take(":");
    scanner.space();
    if (name === key) return true;
    scanner.skip();
    scanner.space();
    if (scanner.peek() !== ",") return false;
    scanner.take(",");
  }
}

function element(scanner: Scanner, index: number): boolean {
  scanner.take("[");
  for (let at = 0; ; at++) {
    scanner.space();
    if (scanner.peek() === "]") return false;
    if (at === index) return true;
    scanner.skip();
    scanner.space();
    if (scanner.peek() !== ",") return false;
    scanner.take(",");
  }
}

function createScanner(text: string): Scanner {
  const scanner: Scanner = {
    at: 0,
    peek: () => text.charAt(scanner.at),
    take(expected) {
      if (text.charAt(scanner.at) !== expected) throw new Error(`${expected} expected at ${scanner.at}`);
      scanner.at++;
    },
    space() {
      while (/\s/.test(text.charAt(scanner.at))) scanner.at++;
    },
    string() {
      const start = scanner.at++;
      while (scanner.at < text.length && text.charAt(scanner.at) !== '"')
        scanner.at += text.charAt(scanner.at) === "\\" ? 2 : 1;
      scanner.take('"');
      return JSON.parse(text.slice(start, scanner.at)) as string;
    },
    skip() {
      const open = text.charAt(scanner.at);
      if (open === '"') return void scanner.string();
      if (open !== "{" && open !== "[") {
        const start = scanner.at;
        while (scanner.at < text.length && !/[\s,\]}]/.test(text.charAt(scanner.at))) scanner.at++;
        if (scanner.at === start) throw new Error(`a value is expected at ${start}`);
        return;
      }
      let depth = 0;
      do {
        if (scanner.at >= text.length) throw new Error("the text ends too early");
        const char = text.charAt(scanner.at);
        if (char === '"') {
          scanner.string();
          continue;
        }
        depth += char === "{" || char === "[" ? 1 : char === "}" || char === "]" ? -1 : 0;
        scanner.at++;
      } while (depth > 0);
    },
  };
  return scanner;
}
