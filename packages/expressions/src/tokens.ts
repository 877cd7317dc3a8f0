import { syntaxError } from "./errors.ts";

/** `op` covers punctuation and operators; the textual `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `div`, `mod`, `not` arrive as their signs. */
export type Token = {
  kind: "name" | "string" | "int" | "long" | "double" | "float" | "op" | "end";
  /** Operator sign, identifier, unescaped text, or the digits of a number (with `0x` if hexadecimal). */
  text: string;
  /** The identifier as written, where a textual operator such as `lt` could also be a property's name. */
  word?: string;
  at: number;
  end: number;
};

const OPERATORS_BY_LENGTH: readonly (readonly string[])[] = [
  ["++", "--", "^[", "!=", "![", "==", "&&", "||", "?.", "?:", "?[", "$[", ">=", "<="],
  ["+", "-", ":", ".", ",", "*", "/", "%", "(", ")", "[", "]", "#", "{", "}", "@", "^", "!", "=", "&", "?", ">", "<"],
];
const DOUBLE_SIGNS = new Set(OPERATORS_BY_LENGTH[0]);
const SINGLE_SIGNS = new Set(OPERATORS_BY_LENGTH[1]);

const WORD_SIGNS: ReadonlyMap<string, string> = new Map([
  ["DIV", "/"],
  ["EQ", "=="],
  ["GE", ">="],
  ["GT", ">"],
  ["LE", "<="],
  ["LT", "<"],
  ["MOD", "%"],
  ["NE", "!="],
  ["NOT", "!"],
]);

const isDigit = (char: string): boolean => char >= "0" && char <= "9";
const LETTER = /^\p{L}$/u;
const isLetter = (char: string): boolean =>
  (char >= "a" && char <= "z") || (char >= "A" && char <= "Z") || (char > "\u007f" && LETTER.test(char));
const isNamePart = (char: string): boolean => isLetter(char) || isDigit(char) || char === "_" || char === "$";
const isHexDigit = (char: string): boolean =>
  isDigit(char) || (char >= "a" && char <= "f") || (char >= "A" && char <= "F");

/** Splits one expression into tokens, the last of kind `end`. Throws `ExpressionError` of code `syntax`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take: Take = (kind, value, end, word) => {
    tokens.push(word === undefined ? { kind, text: value, at, end } : { kind, text: value, word, at, end });
    at = end;
  };
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === " " || char === "\t" || char === "\r" || char === "\n") {
      at += 1;
    } else if (isLetter(char) || char === "_") {
      takeName(text, at, take);
    } else if (isDigit(char)) {
      takeNumber(text, at, take);
    } else if (char === "'" || char === '"') {
      takeString(text, at, char, take);
    } else if (DOUBLE_SIGNS.has(text.slice(at, at + 2))) {
      take("op", text.slice(at, at + 2), at + 2);
    } else if (SINGLE_SIGNS.has(char)) {
      take("op", char, at + 1);
    } else if (char === "$") {
      takeName(text, at, take);
    } else if (char === "\\") {
      throw syntaxError("A backslash is not allowed outside of a quoted text", at);
    } else {
      throw syntaxError(`The character '${char}' is not part of the expression language`, at);
    }
  }
  tokens.push({ kind: "end", text: "", at: text.length, end: text.length });
  return tokens;
}

type Take = (kind: Token["kind"], value: string, end: number, word?: string) => void;

function takeName(text: string, start: number, take: Take): void {
  let end = start + 1;
  while (end < text.length && isNamePart(text.charAt(end))) end += 1;
  const name = text.slice(start, end);
  const sign = name.length === 2 || name.length === 3 ? WORD_SIGNS.get(name.toUpperCase()) : undefined;
  if (sign === undefined) take("name", name, end);
  else take("op", sign, end, name);
}

function takeString(text: string, start: number, quote: string, take: Take): void {
  let end = start + 1;
  for (;;) {
    const close = text.indexOf(quote, end);
    if (close < 0) throw syntaxError(`The text that begins here has no closing ${quote}`, start);
    if (text.charAt(close + 1) !== quote) {
      take("string", text.slice(start + 1, close).replaceAll(quote + quote, quote), close + 1);
      return;
    }
    end = close + 2;
  }
}

const skip = (text: string, from: number, test: (char: string) => boolean): number => {
  let end = from;
  while (end < text.length && test(text.charAt(end))) end += 1;
  return end;
};

function takeNumber(text: string, start: number, take: Take): void {
  if (text.charAt(start) === "0" && /^[xX]$/.test(text.charAt(start + 1))) {
    const end = skip(text, start + 2, isHexDigit);
    if (end === start + 2) throw syntaxError("A hexadecimal number needs at least one digit", start);
    finishInteger(text, start, end, take);
    return;
  }
  let end = skip(text, start, isDigit);
  let real = false;
  if (text.charAt(end) === "." && isDigit(text.charAt(end + 1))) {
    real = true;
    end = skip(text, end + 1, isDigit);
  } else if (text.charAt(end) === ".") {
    take("int", text.slice(start, end), end);
    return;
  }
  if (/^[eE]$/.test(text.charAt(end))) {
    real = true;
    const sign = /^[+-]$/.test(text.charAt(end + 1)) ? 1 : 0;
    const exponentEnd = skip(text, end + 1 + sign, isDigit);
    if (exponentEnd === end + 1 + sign) throw syntaxError("The exponent of this number has no digits", start);
    end = exponentEnd;
  }
  const suffix = text.charAt(end).toLowerCase();
  if (suffix === "f") take("float", text.slice(start, end), end + 1);
  else if (suffix === "d") take("double", text.slice(start, end), end + 1);
  else if (real && suffix === "l") throw syntaxError("A number with a fraction or an exponent cannot be a long", start);
  else if (real) take("double", text.slice(start, end), end);
  else finishInteger(text, start, end, take);
}

function finishInteger(text: string, start: number, end: number, take: Take): void {
  const long = text.charAt(end).toLowerCase() === "l";
  take(long ? "long" : "int", text.slice(start, end), long ? end + 1 : end);
}
