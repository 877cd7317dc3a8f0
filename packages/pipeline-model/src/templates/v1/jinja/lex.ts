/** A piece of an expression. */
export type Token = { kind: "name" | "number" | "string" | "operator" | "end"; text: string };

const operators = [
  "**",
  "//",
  "==",
  "!=",
  "<=",
  ">=",
  "&&",
  "||",
  "<",
  ">",
  "+",
  "-",
  "*",
  "/",
  "%",
  "~",
  "|",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ",",
  ":",
  ".",
  "?",
  "!",
  "=",
];

/** The tokens of an expression, or where it cannot be read. */
export function lex(source: string): { tokens: Token[] } | { fault: string } {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const blank = /^\s+/.exec(rest)?.[0];
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    const name = /^[A-Za-z_$][\w$]*/.exec(rest)?.[0];
    const number = /^\d+(\.\d+)?([eE][+-]?\d+)?/.exec(rest)?.[0];
    const quoted = /^(?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')/.exec(rest)?.[0];
    const operator = operators.find((candidate) => rest.startsWith(candidate));
    if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (quoted !== undefined) tokens.push({ kind: "string", text: unquote(quoted) });
    else if (operator !== undefined) tokens.push({ kind: "operator", text: operator });
    else return { fault: `cannot be read at ${rest.slice(0, 20)}` };
    at += (name ?? number ?? quoted ?? operator ?? " ").length;
  }
  tokens.push({ kind: "end", text: "" });
  return { tokens };
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

function unquote(text: string): string {
  return text.slice(1, -1).replaceAll(/\\([^])/g, (_all, char: string) => escapes[char] ?? char);
}
