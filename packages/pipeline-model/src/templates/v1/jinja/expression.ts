import type { Json } from "@gennaker/contract/json.ts";
import type { Environment } from "./environment.ts";
import { charge } from "./environment.ts";
import { applyFilter } from "./filters.ts";
import type { Token } from "./lex.ts";
import { lex } from "./lex.ts";
import { callFunction, callMethod } from "./methods.ts";
import { arithmetic, compare, contains, member, number, print, runTest, truth } from "./operators.ts";

/** A parsed expression. What names nothing is null. */
export type Expression = (environment: Environment) => Json;

const deepest = 50;

/** Parses an expression; gives why it cannot be read otherwise. */
export function parseExpression(source: string): { expression: Expression } | { fault: string } {
  const lexed = lex(source);
  if ("fault" in lexed) return lexed;
  try {
    return { expression: parse(lexed.tokens) };
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: error.message };
    throw error;
  }
}

function parse(tokens: readonly Token[]): Expression {
  let at = 0;
  let depth = 0;
  const peek = (offset = 0): Token => tokens[Math.min(at + offset, tokens.length - 1)] as Token;
  const is = (text: string, offset = 0): boolean => peek(offset).text === text && peek(offset).kind !== "string";
  const take = (text: string): boolean => is(text) && (at += 1) > 0;
  const need = (text: string): void => {
    if (!take(text))
      throw new SyntaxError(`expects "${text}" ${peek().kind === "end" ? "at its end" : `before "${peek().text}"`}`);
  };
  const name = (): string => {
    const token = peek();
    if (token.kind !== "name")
      throw new SyntaxError(`expects a name ${token.kind === "end" ? "at its end" : `before "${token.text}"`}`);
    at += 1;
    return token.text;
  };
  const list = (end: string): Expression[] => {
    const found: Expression[] = [];
    while (!is(end)) {
      found.push(expression());
      if (!take(",")) break;
    }
    need(end);
    return found;
  };
  const all = (parts: readonly Expression[], env: Environment): Json[] => parts.map((part) => part(env));

  const binary =
    (
      next: () => Expression,
      words: readonly string[],
      make: (word: string, a: Expression, b: Expression) => Expression,
    ) =>
    () => {
      let left = next();
      for (let word = words.find((one) => is(one)); word !== undefined; word = words.find((one) => is(one))) {
        at += 1;
        left = make(word, left, next());
      }
      return left;
    };
  const calculated =
    (word: string, a: Expression, b: Expression): Expression =>
    (env) =>
      arithmetic(word, a(env), b(env), env);

  const expression = (): Expression => {
    depth += 1;
    if (depth > deepest) throw new SyntaxError("is nested too deeply");
    const value = disjunction();
    depth -= 1;
    if (take("if")) {
      const condition = disjunction();
      const otherwise = take("else") ? expression() : null;
      return (env) => (truth(condition(env)) ? value(env) : (otherwise?.(env) ?? null));
    }
    if (!take("?")) return value;
    const yes = expression();
    need(":");
    const no = expression();
    return (env) => (truth(value(env)) ? yes(env) : no(env));
  };
  const negation = (): Expression => {
    if (!take("not") && !take("!")) return comparison();
    const value = negation();
    return (env) => !truth(value(env));
  };
  const comparison = (): Expression => {
    const left = sum();
    const operator = ["==", "!=", "<=", ">=", "<", ">"].find((one) => is(one));
    if (operator !== undefined) {
      at += 1;
      const right = sum();
      return (env) => compare(operator, left(env), right(env));
    }
    if (is("not") && is("in", 1)) {
      at += 2;
      const right = sum();
      return (env) => !contains(right(env), left(env));
    }
    if (take("in")) {
      const right = sum();
      return (env) => contains(right(env), left(env));
    }
    if (!take("is")) return left;
    const negative = take("not");
    const test = name();
    const args = take("(")
      ? list(")")
      : ["name", "number", "string"].includes(peek().kind) && !["and", "or", "if", "else"].includes(peek().text)
        ? [unary()]
        : [];
    return (env) => runTest(test, left(env), all(args, env), env) !== negative;
  };
  const unary = (): Expression => {
    if (!take("-")) return postfix();
    const value = unary();
    return (env) => -number(value(env), env);
  };
  const product = binary(binary(unary, ["**"], calculated), ["*", "/", "//", "%"], calculated);
  const sum = binary(product, ["+", "-", "~"], calculated);
  const conjunction = binary(negation, ["and", "&&"], (_word, a, b) => (env) => truth(a(env)) && truth(b(env)));
  const disjunction = binary(conjunction, ["or", "||"], (_word, a, b) => (env) => {
    const value = a(env);
    return truth(value) ? value : b(env);
  });

  const postfix = (): Expression => {
    let value = primary();
    for (;;) {
      const of = value;
      if (take("|")) {
        const filter = name();
        const args = take("(") ? list(")") : [];
        value = (env) => applyFilter(filter, of(env), all(args, env), env);
      } else if (take(".")) {
        const key = name();
        const args = take("(") ? list(")") : null;
        value = args === null ? (env) => member(of(env), key) : (env) => callMethod(of(env), key, all(args, env), env);
      } else if (take("[")) value = index(of);
      else return value;
    }
  };
  const index = (of: Expression): Expression => {
    const from = is(":") ? null : expression();
    if (take(":")) {
      const to = is("]") ? null : expression();
      need("]");
      return (env) => {
        const value = of(env);
        const bounds = [
          from === null ? 0 : number(from(env), env),
          to === null ? undefined : number(to(env), env),
        ] as const;
        return Array.isArray(value) ? value.slice(...bounds) : print(value).slice(...bounds);
      };
    }
    need("]");
    return (env) => member(of(env), from?.(env) ?? null);
  };
  const primary = (): Expression => {
    const token = peek();
    at += 1;
    if (token.kind === "string") return () => token.text;
    if (token.kind === "number") return () => Number(token.text);
    if (token.kind === "name") return named(token.text);
    if (token.text === "(") {
      const value = expression();
      need(")");
      return value;
    }
    if (token.text === "[") {
      const parts = list("]");
      return (env) => all(parts, env);
    }
    if (token.text === "{") return mapping();
    throw new SyntaxError(token.kind === "end" ? "ends too early" : `cannot be read at "${token.text}"`);
  };
  const named = (text: string): Expression => {
    if (/^(true|false)$/i.test(text)) return () => text.toLowerCase() === "true";
    if (/^(none|null)$/i.test(text)) return () => null;
    if (take("(")) {
      const args = list(")");
      return (env) => callFunction(text, all(args, env), env);
    }
    return (env) => {
      charge(env);
      return env.scope[text] ?? null;
    };
  };
  const mapping = (): Expression => {
    const entries: (readonly [Expression, Expression])[] = [];
    while (!is("}")) {
      const key = expression();
      need(":");
      entries.push([key, expression()]);
      if (!take(",")) break;
    }
    need("}");
    return (env) => Object.fromEntries(entries.map(([key, value]) => [print(key(env)), value(env)]));
  };

  const result = expression();
  if (peek().kind !== "end") throw new SyntaxError(`cannot be read at "${peek().text}"`);
  return result;
}
