import { ExpressionError } from "./errors.ts";

/** Upper bounds of one `evaluateTemplate` call. Passing one is an error for the expression that did it. */
export type Limits = {
  /** Work units: one per evaluated node, per element visited and per 16 characters produced or scanned. */
  steps: number;
  /** Nesting of brackets, operators' right sides and prefix operators inside one expression. */
  depth: number;
  /** UTF-16 units of one expression between `${` and `}` (Spring's own bound). */
  expressionLength: number;
  /** UTF-16 units of any text that an expression makes. */
  textLength: number;
  /** UTF-16 units of a text made with `+` (Spring's own bound). */
  concatenationLength: number;
  /** UTF-16 units of a text made with `*` (Spring's own bound). */
  repetitionLength: number;
  /** UTF-16 units of a regular expression (Spring's own bound). */
  patternLength: number;
  /** Values inside one result, nested ones included. */
  resultValues: number;
  /** Nesting of one result and of the template itself. */
  resultDepth: number;
  /** Expressions evaluated in one call. */
  expressions: number;
};

export const DEFAULT_LIMITS: Limits = {
  steps: 1_000_000,
  depth: 100,
  expressionLength: 10_000,
  textLength: 1_000_000,
  concatenationLength: 100_000,
  repetitionLength: 256,
  patternLength: 1_000,
  resultValues: 500_000,
  resultDepth: 200,
  expressions: 20_000,
};

/** What is left of the limits while one call runs. */
export type Budget = {
  readonly limits: Limits;
  /** Takes `units` steps; throws a `limit` error when none are left. */
  charge(units: number): void;
  /** Refuses a text longer than `textLength` and charges for making it. */
  text(length: number): void;
  /** Whether a step was asked for when none was left. */
  spent(): boolean;
};

export function createBudget(limits: Limits): Budget {
  let left = limits.steps;
  const charge = (units: number): void => {
    left -= units;
    if (left < 0) throw limitError(`needs more than ${limits.steps} steps`);
  };
  return {
    limits,
    charge,
    spent: () => left < 0,
    text(length) {
      if (length > limits.textLength) throw limitError(`makes a text longer than ${limits.textLength} characters`);
      charge(1 + (length >> 4));
    },
  };
}

export function limitError(what: string): ExpressionError {
  return new ExpressionError("limit", `The expression ${what}; simplify it or split it up`);
}
