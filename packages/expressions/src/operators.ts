import type { BinaryOperator, UnaryOperator } from "./ast.ts";
import { compareValues, looselyEqual } from "./compare.ts";
import { convertToBoolean } from "./convert.ts";
import { evaluationError } from "./errors.ts";
import { limitError } from "./limits.ts";
import { arithmetic, compareNumbers, negate } from "./numbers.ts";
import type { ArithmeticOperator } from "./numbers.ts";
import { matchesWhole } from "./patterns.ts";
import type { Session } from "./session.ts";
import { convertToText, javaToString, tryConvertToText } from "./text.ts";
import { typeName } from "./types.ts";
import { isInstance } from "./instance.ts";
import { isNumber, itemsOf } from "./values.ts";
import type { Value } from "./values.ts";

export function applyUnary(operator: UnaryOperator, value: Value): Value {
  if (operator === "!") return !convertToBoolean(value);
  if (!isNumber(value)) throw evaluationError(`'${operator}' needs a number, not ${typeName(value)}`);
  return operator === "-" ? negate(value) : value;
}

/** Every binary operator except `and` and `or`, which decide themselves whether their right side is evaluated. */
export function applyBinary(
  operator: Exclude<BinaryOperator, "and" | "or">,
  left: Value,
  right: Value,
  session: Session,
): Value {
  switch (operator) {
    case "==":
      return looselyEqual(left, right, session.budget);
    case "!=":
      return !looselyEqual(left, right, session.budget);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compare(operator, left, right);
    case "instanceof":
      return isInstance(left, right);
    case "matches":
      return matches(left, right, session);
    case "between":
      return between(left, right);
    default:
      return calculate(operator, left, right, session);
  }
}

function compare(operator: "<" | "<=" | ">" | ">=", left: Value, right: Value): boolean {
  if (isNumber(left) && isNumber(right) && (Number.isNaN(left.value) || Number.isNaN(right.value))) return false;
  const order = isNumber(left) && isNumber(right) ? orderOfNumbers(left, right) : compareValues(left, right);
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

/** Unlike `Double.compare`, the operators treat both zeros as equal. */
const orderOfNumbers = (
  left: Parameters<typeof compareNumbers>[0],
  right: Parameters<typeof compareNumbers>[1],
): number => (left.value === 0 && right.value === 0 ? 0 : compareNumbers(left, right));

function matches(left: Value, right: Value, session: Session): boolean {
  const text = convertToText(left, session.budget);
  if (text === null) throw evaluationError("'matches' needs a text on its left side, not null");
  if (typeof right !== "string")
    throw evaluationError(`'matches' needs a pattern on its right side, not ${typeName(right)}`);
  return matchesWhole(right, text, session);
}

function between(left: Value, right: Value): boolean {
  const bounds = right !== null && typeof right === "object" && right.kind === "list" ? itemsOf(right) : [];
  const [low, high] = bounds;
  if (bounds.length !== 2 || low === undefined || high === undefined) {
    throw evaluationError("'between' needs a list of two values on its right side");
  }
  return compareValues(left, low) >= 0 && compareValues(left, high) <= 0;
}

function calculate(operator: ArithmeticOperator, left: Value, right: Value, session: Session): Value {
  if (isNumber(left) && isNumber(right)) return arithmetic(operator, left, right);
  if (operator === "+" && (typeof left === "string" || typeof right === "string")) {
    const text = plusText(left, session) + plusText(right, session);
    if (text.length > session.budget.limits.concatenationLength) {
      throw limitError(`joins texts to more than ${session.budget.limits.concatenationLength} characters`);
    }
    session.budget.text(text.length);
    return text;
  }
  if (typeof left === "string" && right !== null && typeof right === "object" && right.kind === "int") {
    if (operator === "*") return repeat(left, right.value, session);
    if (operator === "-" && left.length === 1) return String.fromCharCode((left.charCodeAt(0) - right.value) & 0xffff);
  }
  throw evaluationError(`'${operator}' does not work between ${typeName(left)} and ${typeName(right)}`);
}

function plusText(value: Value, session: Session): string {
  const elements = value !== null && typeof value === "object" && (value.kind === "list" || value.kind === "array");
  const unprintable = elements && value.kind === "list" && value.unprintable === true;
  if (elements && !unprintable) return convertToText(value, session.budget) ?? "";
  return tryConvertToText(value, session.budget) ?? javaToString(value, session.budget);
}

function repeat(text: string, count: number, session: Session): string {
  if (count < 0) throw evaluationError(`A text cannot be repeated ${count} times`);
  if (text.length * count > session.budget.limits.repetitionLength) {
    throw limitError(`repeats a text to more than ${session.budget.limits.repetitionLength} characters`);
  }
  return text.repeat(count);
}
