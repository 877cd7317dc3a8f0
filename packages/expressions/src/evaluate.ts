import { compileCel } from "./cel.ts";
import { ExpressionError } from "./errors.ts";
import { evaluate } from "./evaluator.ts";
import type { ExecutionData } from "./execution.ts";
import { hashOrder } from "./hash-order.ts";
import { toJson } from "./json-values.ts";
import type { NumberStyle } from "./json-values.ts";
import { DEFAULT_LIMITS, createBudget, limitError } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { parseExpression } from "./parse.ts";
import { insertExecution } from "./preprocess.ts";
import { createRoot } from "./root.ts";
import type { Resolvers, Session } from "./session.ts";
import { hasExpression, splitTemplate } from "./template.ts";
import type { TemplatePart } from "./template.ts";
import { convertToText, javaToString } from "./text.ts";
import { isRawJson } from "./values.ts";
import type { Value } from "./values.ts";

/** INFO: a part gave null, so its raw text stays. ERROR: the text could not be evaluated and stays raw as a whole. */
export type ExpressionProblem = { expression: string; level: "INFO" | "ERROR"; description: string };

export type ExpressionLanguage = "spel" | "cel";

export type TemplatePath = readonly (string | number)[];

export type EvaluationOptions = Resolvers & {
  /** The stage's context, where bare names are looked up first. It is never changed. */
  context: Readonly<Record<string, unknown>>;
  execution?: ExecutionData;
  /** The stage whose ancestors' outputs are seen and which `#currentStage()` gives. */
  currentStageRefId?: string;
  user?: string;
  /** Whether a name that nothing defines is null (default) instead of an error. */
  allowUnknownKeys?: boolean;
  now?: () => Date;
  limits?: Partial<Limits>;
  /** Parts of the template to leave as they are, by their path of keys and positions. */
  skip?: (path: TemplatePath) => boolean;
  /** `cel`: what stands between `${` and `}` is CEL. Default `spel`. */
  language?: ExpressionLanguage;
  /** `exact` keeps whole doubles visible as `1.0` in JSON text; default `plain`. */
  numbers?: NumberStyle;
};

/** `exhausted`: the steps did not suffice, so that with more of them the result may be another. */
export type EvaluationResult = { result: unknown; errors: ExpressionProblem[]; exhausted?: true };

/**
 * Evaluates every `${…}` in a JSON value: texts and keys of objects, in order. A text that is one expression takes the
 * type of its value; otherwise parts are joined. What fails keeps its raw text and is reported; nothing is thrown.
 * Assignments in one expression are seen by later ones of the same call only.
 */
export function evaluateTemplate(template: unknown, options: EvaluationOptions): EvaluationResult {
  const errors: ExpressionProblem[] = [];
  const walk: Walk = { session: createSession(options), options, errors, evaluated: 0 };
  const result = walkValue(template, [], null, walk);
  return { result, errors: distinct(errors), ...(walk.session.budget.spent() ? { exhausted: true } : {}) };
}

/** The state of one evaluation, as `evaluateTemplate` makes it. */
export function createSession(options: EvaluationOptions): Session {
  const { root, execution, currentStageId } = createRoot(options.context, options.execution, options.currentStageRefId);
  return {
    budget: createBudget({ ...DEFAULT_LIMITS, ...options.limits }),
    root,
    variables: new Map(),
    allowUnknownKeys: options.allowUnknownKeys ?? true,
    now: options.now ?? (() => new Date()),
    resolvers: options,
    user: options.user ?? null,
    currentStageId,
    execution,
    patterns: new Map(),
  };
}

type Walk = {
  readonly session: Session;
  readonly options: EvaluationOptions;
  readonly errors: ExpressionProblem[];
  evaluated: number;
};

/** The nearest object around a text, as it was given: what is wrong with the text is told by that object's keys. */
type Holder = Readonly<Record<string, unknown>> | null;

function walkValue(value: unknown, path: TemplatePath, holder: Holder, walk: Walk): unknown {
  if (typeof value === "string")
    return hasExpression(value) && !skipped(path, walk) ? walkText(value, holder, walk) : value;
  if (value === null || typeof value !== "object" || isRawJson(value) || skipped(path, walk)) return value;
  if (path.length > walk.session.budget.limits.resultDepth) {
    const description = `The template is nested deeper than ${walk.session.budget.limits.resultDepth} levels; deeper parts stay as they are`;
    walk.errors.push({ expression: pathText(path), level: "ERROR", description });
    return value;
  }
  if (Array.isArray(value)) return value.map((item, index) => walkValue(item, [...path, index], holder, walk));
  const own = value as Readonly<Record<string, unknown>>;
  const entries = Object.entries(own).map(([key, item]): [string, unknown] => {
    const inner = [...path, key];
    const newKey = hasExpression(key) && !skipped(inner, walk) ? keyText(walkText(key, own, walk, true)) : key;
    return [newKey, walkValue(item, inner, own, walk)];
  });
  return Object.fromEntries(entries);
}

const skipped = (path: TemplatePath, walk: Walk): boolean => walk.options.skip?.(path) ?? false;
const pathText = (path: TemplatePath): string => path.slice(0, 8).join(".");

function keyText(result: unknown): string {
  if (typeof result === "string") return result;
  return isRawJson(result) ? result.rawJSON : typeof result === "object" ? JSON.stringify(result) : String(result);
}

/** Keys under which a text stands in an object, also as a key or value of an object inside; not inside of lists. */
function keysOf(source: string, holder: Holder): string[] {
  const holds = (value: unknown): boolean =>
    value === source ||
    (typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.entries(value).some(([key, item]) => key === source || holds(item)));
  return hashOrder(Object.entries(holder ?? {}).flatMap(([key, value]) => (holds(value) ? [key] : [])));
}

function walkText(source: string, holder: Holder, walk: Walk, isKey = false): unknown {
  const { session, errors } = walk;
  const text = walk.options.language === "cel" ? source : insertExecution(source);
  const describe = (): string => {
    const keys = keysOf(source, holder);
    return `Failed to evaluate ${keys.length === 0 ? text : `[${keys.join(", ")}]`}`;
  };
  let parts: readonly TemplatePart[] | null = null;
  try {
    walk.evaluated += 1;
    if (walk.evaluated > session.budget.limits.expressions)
      throw limitError(`is one of more than ${session.budget.limits.expressions}`);
    parts = splitTemplate(text);
    const found = evaluateParts(parts, walk, isKey);
    if (found.unresolved) {
      const expression = plainText(parts);
      errors.push({ expression, level: "INFO", description: `${describe()} : ${expression} not found` });
    }
    return found.result === null && walk.options.language !== "cel" ? source : found.result;
  } catch (cause) {
    const reason = cause instanceof ExpressionError ? cause.message : String(cause);
    const parsed = parts !== null && !(cause instanceof ExpressionError && cause.code === "syntax");
    errors.push({
      expression: parsed ? plainText(parts ?? []) : withoutBraces(source),
      level: "ERROR",
      // As the engine tells it: without dollar signs, so that nobody evaluates it again.
      description: `${describe()} ${reason}`.replaceAll("$", ""),
    });
    return source;
  }
}

const plainText = (parts: readonly TemplatePart[]): string => parts.map((part) => part.text).join("");

/** A text that could not be split: its inside if it is one expression, else all of it without dollar signs. */
function withoutBraces(source: string): string {
  return /^\$\{(.*)\}$/.exec(source)?.[1]?.trim() ?? source.replaceAll("$", "");
}

type Parsed = { readonly part: TemplatePart; readonly run: () => Value };

/** All parts are parsed before any is evaluated, so that a wrong one later in the text stops the earlier ones. */
function evaluateParts(
  parts: readonly TemplatePart[],
  walk: Walk,
  isKey: boolean,
): { result: unknown; unresolved: boolean } {
  const { session, options } = walk;
  const parsed = parts.map((part): Parsed => {
    if (part.type === "text") return { part, run: () => part.text };
    session.budget.charge(1 + (part.text.length >> 4));
    if (options.language === "cel") return { part, run: compileCel(part.text, session) };
    const expression = parseExpression(part.text, session.budget.limits);
    return { part, run: () => evaluate(expression, { session, active: session.root, scope: session.root }) };
  });
  const only = parsed[0];
  if (parsed.length === 1 && only !== undefined) {
    const value = only.run();
    return {
      result:
        isKey && value !== null && options.language !== "cel"
          ? javaToString(value, session.budget)
          : toJson(value, session.budget, options.numbers),
      unresolved: value === null && options.language !== "cel",
    };
  }
  let result = "";
  let unresolved = false;
  for (const { part, run } of parsed) {
    const text = convertToText(run(), session.budget);
    unresolved ||= text === null && options.language !== "cel";
    result += text ?? (options.language === "cel" ? "" : `\${${part.text}}`);
    session.budget.text(result.length);
  }
  return { result, unresolved };
}

function distinct(errors: readonly ExpressionProblem[]): ExpressionProblem[] {
  const seen = new Map(
    errors.map((problem) => [`${problem.level} ${problem.expression} ${problem.description}`, problem]),
  );
  return [...seen.values()];
}
