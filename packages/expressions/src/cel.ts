import { createContext, runInContext } from "node:vm";
import type { CelInput, CelResult } from "@bufbuild/cel";
import { RE2JS } from "re2js";
import { celFunctions } from "./cel-functions.ts";
import { celLibrary, celTexts } from "./cel-library.ts";
import { fromCel, toCel } from "./cel-values.ts";
import { ExpressionError, evaluationError, syntaxError } from "./errors.ts";
import { limitError } from "./limits.ts";
import { toJson } from "./json-values.ts";
import type { Session } from "./session.ts";
import { entriesOf, fromJson, mapGet } from "./values.ts";
import type { Value } from "./values.ts";

/** Milliseconds that one expression which goes over lists may take. */
const LONGEST_MS = 200;

/** Going over a list inside of another is where an expression of a few characters can take long. */
const LOOPS = /\.\s*(?:all|exists|exists_one|existsOne|map|filter)\s*\(/;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/g;

/** Reads a CEL expression; the result evaluates it against the session's context. Errors say where in the text they are. */
export function compileCel(text: string, session: Session): () => Value {
  if (text.length > session.budget.limits.expressionLength)
    throw limitError(`is longer than ${session.budget.limits.expressionLength} characters`);
  session.budget.charge(10 + text.length);
  const re2 = { compile: (pattern: string) => regularExpression(pattern) };
  const { celEnv, isCelError, parse, plan } = celLibrary();
  const parsed = reading(() => parse(text));
  const run = reading(() => plan(celEnv({ funcs: [...celTexts(), ...celFunctions(session)], re2 }), parsed));
  return () => {
    const bindings = namesIn(text, session);
    const result = guarded(() => (LOOPS.test(text) ? limited(() => run(bindings)) : run(bindings)));
    if (isCelError(result)) {
      const at = result.exprId === undefined ? undefined : parsed.sourceInfo?.positions[String(result.exprId)];
      throw new ExpressionError("evaluation", result.message, at ?? null);
    }
    return fromJson(fromCel(result, session, 0));
  };
}

function regularExpression(pattern: string): { test: (text: string) => boolean } {
  const compiled = RE2JS.compile(pattern);
  return { test: (text) => compiled.matcher(text).find() };
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const place = /:(\d+):(\d+):? *([^\n]*)/.exec(message);
    throw syntaxError(place?.[3] === undefined ? message : place[3], Number(place?.[2] ?? 1) - 1);
  }
}

function guarded(run: () => CelResult): CelResult {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof ExpressionError) throw cause;
    throw evaluationError(cause instanceof Error ? cause.message : String(cause));
  }
}

function limited(run: () => CelResult): CelResult {
  const box = createContext({ run });
  try {
    return runInContext("run()", box, { timeout: LONGEST_MS }) as CelResult;
  } catch (cause) {
    if ((cause as { readonly code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      throw limitError(`takes longer than ${LONGEST_MS} milliseconds`);
    throw cause;
  }
}

/** Every name that the text could mean and that the context, the execution or an ancestor's outputs know. */
function namesIn(text: string, session: Session): Record<string, CelInput> {
  const bindings = new Map<string, CelInput>();
  for (const [name] of text.matchAll(NAME)) {
    if (bindings.has(name)) continue;
    const value = mapGet(session.root, name);
    if (value !== null || entriesOf(session.root).has(name))
      bindings.set(name, toCel(toJson(value, session.budget), session, 0));
  }
  return Object.fromEntries(bindings);
}
