import { evaluateTemplate } from "./evaluate.ts";
import type { EvaluationOptions, ExpressionProblem } from "./evaluate.ts";
import { hasExpression } from "./template.ts";

/** `value` is null where the result is neither true nor false; `text` is the result as text, raw if it failed. */
export type ConditionResult = { value: boolean | null; text: string; errors: ExpressionProblem[] };

/**
 * Evaluates the condition of `stageEnabled` or of an `expression` precondition. The text is an expression without `${ }`;
 * where it has some inside, those are evaluated first and their results are put in as text, as the engine does. Empty text
 * gives null without a problem: the caller decides what a missing condition means.
 */
export function evaluateCondition(expression: string, options: EvaluationOptions): ConditionResult {
  const errors: ExpressionProblem[] = [];
  let text = expression.trim();
  if (hasExpression(text)) {
    const inner = evaluateTemplate(text, options);
    errors.push(...inner.errors);
    if (typeof inner.result === "boolean") return { value: inner.result, text: String(inner.result), errors };
    text = typeof inner.result === "string" ? inner.result.trim() : JSON.stringify(inner.result);
    if (errors.length > 0) return { value: null, text, errors };
  }
  if (text === "") return { value: null, text, errors };
  const outer = evaluateTemplate(`\${${text}}`, options);
  errors.push(...outer.errors);
  const shown = typeof outer.result === "string" ? outer.result : JSON.stringify(outer.result);
  return { value: asBoolean(shown), text: shown, errors };
}

function asBoolean(text: string): boolean | null {
  const word = text.toLowerCase();
  return word === "true" ? true : word === "false" ? false : null;
}
