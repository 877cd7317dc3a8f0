import type { Expression } from "./ast.ts";
import { syntaxError } from "./errors.ts";
import { limitError } from "./limits.ts";
import type { Token } from "./tokens.ts";

export type ParseLimits = { readonly expressionLength: number; readonly depth: number };

/** A position in the tokens, and the nesting so far. */
export type Cursor = {
  peek(ahead?: number): Token;
  next(): Token;
  /** Takes the operator if it comes next. */
  take(sign: string): boolean;
  takeOneOf<Sign extends string>(signs: readonly Sign[]): Sign | undefined;
  /** Takes the word, in any case, if it comes next as an identifier. */
  takeWord(word: string): boolean;
  expect(sign: string, where: string): Token;
  /** A whole expression, or null where none begins. */
  whole(): Expression | null;
  enter(): void;
  leave(): void;
};

export function createCursor(
  tokens: readonly Token[],
  maxDepth: number,
  parseWhole: (cursor: Cursor) => Expression | null,
): Cursor {
  let position = 0;
  let depth = 0;
  const end = tokens.at(-1) ?? { kind: "end", text: "", at: 0, end: 0 };
  const peek = (ahead = 0): Token => tokens[position + ahead] ?? end;
  const isSign = (token: Token, sign: string): boolean => token.kind === "op" && token.text === sign;
  const cursor: Cursor = {
    peek,
    next() {
      const token = peek();
      position += 1;
      return token;
    },
    take(sign) {
      if (!isSign(peek(), sign)) return false;
      position += 1;
      return true;
    },
    takeOneOf(signs) {
      const token = peek();
      const found = token.kind === "op" ? signs.find((sign) => sign === token.text) : undefined;
      if (found !== undefined) position += 1;
      return found;
    },
    takeWord(word) {
      const token = peek();
      if (token.kind !== "name" || token.text.toLowerCase() !== word) return false;
      position += 1;
      return true;
    },
    expect(sign, where) {
      const token = peek();
      if (!isSign(token, sign)) {
        const found = token.kind === "end" ? "the text ends" : `there is '${token.word ?? token.text}'`;
        throw syntaxError(`Expected '${sign}' ${where}, but ${found}`, token.at);
      }
      position += 1;
      return token;
    },
    whole: () => parseWhole(cursor),
    enter() {
      depth += 1;
      if (depth > maxDepth) throw limitError(`is nested deeper than ${maxDepth} levels`);
    },
    leave() {
      depth -= 1;
    },
  };
  return cursor;
}
