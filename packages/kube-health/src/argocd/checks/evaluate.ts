import { asList, asText, at, isObject, objectsOf, textAt } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import type { ArgocdResult } from "../result.ts";
import type { Alternative, ConditionTest, FieldTest, Filter, Operand, Step } from "./language.ts";

type Scope = { readonly root: unknown; readonly item: unknown; readonly conditions: readonly JsonObject[] };

/** Runs a check on a manifest. Undefined where no step answers. */
export function runCheck(steps: readonly Step[], manifest: unknown): ArgocdResult | undefined {
  for (const step of steps) {
    const result = runStep(step, manifest);
    if (result !== undefined) return result;
  }
  return undefined;
}

function runStep(step: Step, manifest: unknown): ArgocdResult | undefined {
  for (const scope of scopesOf(step, manifest)) {
    const result = runAlternatives(step.alternatives, scope);
    if (result !== undefined) return result;
  }
  return undefined;
}

function scopesOf(step: Step, root: unknown): Scope[] {
  if (step.path === undefined) {
    return [{ root, item: root, conditions: objectsOf(at(root, "status", "conditions")) }];
  }
  const value = at(root, ...step.path.path);
  const items = step.scope === "in" ? [value] : isObject(value) ? Object.values(value) : asList(value);
  return items.filter(isObject).map((item) => ({ root, item, conditions: objectsOf(item["conditions"]) }));
}

function runAlternatives(alternatives: readonly Alternative[], scope: Scope): ArgocdResult | undefined {
  const open = alternatives.filter((one) => surroundingsHold(one, scope));
  if (open.some((one) => one.status === "skip" && isAboutAny(one, scope))) return undefined;
  const rest = open.filter((one) => one.status !== "skip");
  const perCondition = rest.some((one) => leading(one) !== undefined);
  for (const condition of perCondition ? scope.conditions : [undefined]) {
    const found = rest.find((one) => isAbout(one, condition, scope));
    if (found !== undefined) return result(found, scope, condition);
  }
  return undefined;
}

const leading = (alternative: Alternative): ConditionTest | undefined =>
  alternative.tests.find((test): test is ConditionTest => test.kind === "condition" && !test.none);

/** Everything but the first condition test, which is about one condition; the others are about any of them. */
function surroundingsHold(alternative: Alternative, scope: Scope): boolean {
  const first = leading(alternative);
  return alternative.tests.every((test) => {
    if (test.kind === "otherwise" || test === first) return true;
    if (test.kind === "field") return fieldHolds(test, scope);
    return scope.conditions.some((one) => conditionHolds(test, one, scope)) !== test.none;
  });
}

function isAbout(alternative: Alternative, condition: JsonObject | undefined, scope: Scope): boolean {
  const first = leading(alternative);
  return first === undefined || (condition !== undefined && conditionHolds(first, condition, scope));
}

const isAboutAny = (alternative: Alternative, scope: Scope): boolean =>
  leading(alternative) === undefined || scope.conditions.some((one) => isAbout(alternative, one, scope));

function conditionHolds(test: ConditionTest, condition: JsonObject, scope: Scope): boolean {
  const type = asText(condition["type"]);
  if (!test.types.includes("*") && !test.types.includes(type)) return false;
  const status = test.statuses.includes("*") || test.statuses.includes(asText(condition["status"]));
  return status !== test.not && test.filters.every((filter) => filterHolds(filter, condition, scope));
}

function filterHolds(filter: Filter, condition: JsonObject, scope: Scope): boolean {
  if (filter.texts !== undefined) {
    const text = printed(condition[filter.name]);
    const holds = filter.contains
      ? filter.texts.some((one) => text.toLowerCase().includes(one))
      : filter.texts.includes(text);
    return holds !== filter.not;
  }
  const generation = at(scope.root, "metadata", "generation");
  const observed = at(condition, "observedGeneration");
  const named: Readonly<Record<string, boolean>> = {
    stale: generation !== undefined && observed !== undefined && observed !== generation,
    unobserved: generation !== undefined && observed !== generation,
    current: observed === generation,
    last: scope.conditions.at(-1) === condition,
  };
  return named[filter.name] === !filter.not;
}

function valueOf(operand: Operand, scope: Scope): unknown {
  const found = at(operand.fromRoot ? scope.root : scope.item, ...operand.path);
  const value = (operand.count ? sizeOf(found) : found) ?? operand.otherwise;
  if (operand.minus === undefined) return value;
  return Number(value) - Number(valueOf(operand.minus, scope));
}

function sizeOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

function fieldHolds(test: FieldTest, scope: Scope): boolean {
  const left = valueOf(test.left, scope);
  if (test.operator === "exists") return left !== undefined;
  if (test.operator === "absent") return left === undefined;
  const text = printed(left);
  if (test.operator === "^=") return test.texts.some((one) => text.startsWith(one));
  if (test.operator.endsWith("$="))
    return test.texts.some((one) => text.endsWith(one)) !== test.operator.startsWith("!");
  const right = test.right === undefined ? test.texts[0] : valueOf(test.right, scope);
  if (test.operator === "=" || test.operator === "!=") {
    const equal =
      test.right === undefined
        ? left !== undefined && test.texts.includes(text)
        : (left === undefined) === (right === undefined) && text === printed(right);
    return equal === (test.operator === "=");
  }
  return ordered(left, right, test.operator);
}

/** Numbers by value, times and other texts by their characters; a missing side makes no order. */
function ordered(left: unknown, right: unknown, operator: string): boolean {
  if (left === undefined || right === undefined) return false;
  const [a, b] = [Number(left), Number(right)];
  const numbers = !Number.isNaN(a) && !Number.isNaN(b);
  const difference = numbers ? a - b : compareTexts(printed(left), printed(right));
  if (operator === "<") return difference < 0;
  if (operator === "<=") return difference <= 0;
  return operator === ">" ? difference > 0 : difference >= 0;
}

const compareTexts = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** A plain value as text; objects and lists have none. */
const printed = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";

function result(found: Alternative, scope: Scope, condition: JsonObject | undefined): ArgocdResult {
  const status = found.status === "skip" ? "Unknown" : found.status;
  if (found.message === "") return { status, message: "" };
  const filled = found.message?.replaceAll(/\{([^}]+)\}/gu, (_, name: string) => placeholder(name, scope, condition));
  return { status, message: filled || ownWords(found, scope, condition) };
}

function placeholder(name: string, scope: Scope, condition: JsonObject | undefined): string {
  if (name === "message" || name === "reason") return asText(condition?.[name]);
  if (name.startsWith(".")) return printed(at(scope.item, ...name.slice(1).split(".")));
  if (name === "kind") return textAt(scope.root, "kind");
  const [type, field = "message"] = name.split(".");
  return asText(scope.conditions.find((one) => one["type"] === type)?.[field]);
}

/** Without a message of its own an answer says what it saw. */
function ownWords(found: Alternative, scope: Scope, condition: JsonObject | undefined): string {
  if (condition !== undefined && leading(found) !== undefined) {
    const words = asText(condition["message"]) || asText(condition["reason"]);
    return words || `${printed(condition["type"])} is ${printed(condition["status"])}`;
  }
  const fields = found.tests.filter((test): test is FieldTest => test.kind === "field" && test.operator !== "absent");
  const seen = fields.map(({ left }) => [
    left.path.at(-1) ?? "",
    printed(valueOf({ ...left, minus: undefined }, scope)),
  ]);
  const words = seen.filter(([, value]) => value !== "").map(([name, value]) => `${name} is ${value}`);
  return words.join(", ") || `${textAt(scope.root, "kind")}: ${found.status.toLowerCase()}`;
}
