import { syntaxError } from "./errors.ts";

/** A stretch of text as it is, or one expression: its trimmed text and where it begins in the whole. */
export type TemplatePart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "expression"; readonly text: string; readonly at: number };

const OPENING = "${";
const PAIRS: ReadonlyMap<string, string> = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
]);

/** Whether a text has anything to evaluate. */
export function hasExpression(text: string): boolean {
  return text.includes(OPENING);
}

/**
 * Splits a text at `${…}`. Brackets inside an expression must pair up, and those inside quotes do not count. There is no
 * way to write a literal `${` outside of a quoted text in an expression. Throws `ExpressionError` of code `syntax`.
 */
export function splitTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (;;) {
    const open = template.indexOf(OPENING, at);
    const textEnd = open < 0 ? template.length : open;
    if (textEnd > at) parts.push({ type: "text", text: template.slice(at, textEnd) });
    if (open < 0) return parts;
    const close = closingBrace(template, open + OPENING.length);
    const text = template.slice(open + OPENING.length, close).trim();
    if (text === "") throw syntaxError("There is no expression between '${' and '}'", open);
    parts.push({ type: "expression", text, at: open + OPENING.length });
    at = close + 1;
  }
}

function closingBrace(template: string, start: number): number {
  if (!template.includes("}", start)) throw syntaxError("The expression that begins here has no closing '}'", start);
  const open: string[] = [];
  for (let at = start; at < template.length; at += 1) {
    const char = template.charAt(at);
    if (char === "}" && open.length === 0) return at;
    if (char === "(" || char === "[" || char === "{") {
      open.push(char);
    } else if (char === ")" || char === "]" || char === "}") {
      if (open.pop() !== PAIRS.get(char)) throw syntaxError(`The '${char}' closes nothing that is open`, at);
    } else if (char === "'" || char === '"') {
      const end = template.indexOf(char, at + 1);
      if (end < 0) throw syntaxError(`The quoted text that begins here has no closing ${char}`, at);
      at = end;
    }
  }
  throw syntaxError(
    open.length === 0 ? "The expression has no closing '}'" : `The '${open.at(-1)}' is never closed`,
    start,
  );
}
