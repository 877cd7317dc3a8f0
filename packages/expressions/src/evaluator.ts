import type {
  ArrayConstruction,
  Binary,
  Expression,
  FunctionCall,
  Index,
  MethodCall,
  Projection,
  Property,
  Selection,
  TypeReference,
} from "./ast.ts";
import { assignTo, increment } from "./assign.ts";
import type { Walk } from "./assign.ts";
import { convertParameter, convertToBoolean, convertToIndex } from "./convert.ts";
import type { ParameterType } from "./convert.ts";
import { ExpressionError, evaluationError } from "./errors.ts";
import type { Frame } from "./frame.ts";
import { FUNCTIONS } from "./functions/registry.ts";
import { readIndex, readProperty } from "./access.ts";
import { limitError } from "./limits.ts";
import { CONSTRUCTORS, methodsOf } from "./methods/registry.ts";
import { byte, double, float, int, long, short } from "./numbers.ts";
import { applyBinary, applyUnary } from "./operators.ts";
import { describe, resolveOverload } from "./overload.ts";
import { resolveType, resolveTypeOrPrimitive, typeName } from "./types.ts";
import { array, char, entriesOf, itemsOf, list, map, toMapKey } from "./values.ts";
import type { JavaEntry, MapKey, Value } from "./values.ts";

/** The expression's value. Throws only `ExpressionError`, with the position of the node that failed. */
export function evaluate(node: Expression, frame: Frame): Value {
  try {
    frame.session.budget.charge(1);
    return evaluateNode(node, frame);
  } catch (cause) {
    throw located(cause, node.at);
  }
}

function located(cause: unknown, at: number): ExpressionError {
  if (!(cause instanceof ExpressionError)) {
    return new ExpressionError(
      "evaluation",
      cause instanceof RangeError ? "A value is too large to compute" : String(cause),
      at,
    );
  }
  return cause.position === null && cause.code !== "limit" ? new ExpressionError(cause.code, cause.message, at) : cause;
}

function evaluateNode(node: Expression, frame: Frame): Value {
  switch (node.type) {
    case "literal":
      return node.value;
    case "compound":
      return evaluateCompound(node.parts, frame);
    case "property":
    case "index":
    case "method":
    case "projection":
    case "selection":
      return applyPart(node, frame.active, frame);
    case "function":
      return callFunction(node, frame);
    case "variable":
      return readVariable(node.name, frame);
    case "type":
      return typeValue(node);
    case "new":
      return construct(node.name, node.args, frame);
    case "newArray":
      return constructArray(node, frame);
    case "bean":
      throw evaluationError(`References to beans ('@${node.name}') do not exist in pipelines`);
    case "list":
      return list(
        node.items.map((item) => evaluate(item, frame)),
        "list",
        node.items.every(isConstant),
      );
    case "map":
      return evaluateMap(node.entries, frame);
    case "unary":
      return applyUnary(node.operator, evaluate(node.operand, frame));
    case "increment":
      return increment(node, frame, WALK);
    case "assign":
      return assignTo(node.target, evaluate(node.value, frame), frame, WALK);
    case "binary":
      return evaluateBinary(node, frame);
    case "elvis": {
      const value = evaluate(node.value, frame);
      return value === null || value === "" ? evaluate(node.otherwise, frame) : value;
    }
    case "ternary":
      return evaluate(convertToBoolean(evaluate(node.condition, frame)) ? node.chosen : node.otherwise, frame);
  }
}

function isConstant(node: Expression): boolean {
  return node.type === "literal" || (node.type === "list" && node.items.every(isConstant));
}

/** Operator chains lean to the left and can be long, so their left spine is walked without recursion. */
function evaluateBinary(node: Binary, frame: Frame): Value {
  const spine: Binary[] = [node];
  let first = node.left;
  while (first.type === "binary") {
    frame.session.budget.charge(1);
    spine.push(first);
    first = first.left;
  }
  let value = evaluate(first, frame);
  for (let index = spine.length - 1; index >= 0; index -= 1) {
    const current = spine[index];
    if (current !== undefined) value = combine(current, value, frame);
  }
  return value;
}

function combine(node: Binary, left: Value, frame: Frame): Value {
  try {
    if (node.operator === "and") return convertToBoolean(left) && convertToBoolean(evaluate(node.right, frame));
    if (node.operator === "or") return convertToBoolean(left) || convertToBoolean(evaluate(node.right, frame));
    return applyBinary(node.operator, left, evaluate(node.right, frame), frame.session);
  } catch (cause) {
    throw located(cause, node.at);
  }
}

function evaluateCompound(parts: readonly Expression[], frame: Frame): Value {
  const [start, ...rest] = parts;
  if (start === undefined) return null;
  let value = evaluate(start, frame);
  for (const part of rest) {
    frame.session.budget.charge(1);
    try {
      value = applyPart(part, value, frame);
    } catch (cause) {
      throw located(cause, part.at);
    }
  }
  return value;
}

function applyPart(part: Expression, target: Value, frame: Frame): Value {
  switch (part.type) {
    case "property":
      return property(part, target, frame);
    case "index":
      return index(part, target, frame);
    case "method":
      return callMethod(part, target, frame);
    case "projection":
      return project(part, target, frame);
    case "selection":
      return select(part, target, frame);
    default:
      return evaluate(part, { ...frame, active: target });
  }
}

function property(node: Property, target: Value, frame: Frame): Value {
  if (target === null) {
    if (node.safe) return null;
    throw evaluationError(`The property '${node.name}' cannot be read from null`);
  }
  return readProperty(target, node.name, frame.session);
}

function index(node: Index, target: Value, frame: Frame): Value {
  if (target === null) {
    if (node.safe) return null;
    throw evaluationError("null has no elements");
  }
  return readIndex(target, evaluateIndexKey(node, target, frame), frame.session);
}

/** On a map a bare name between the brackets means that name, not its value. */
function evaluateIndexKey(node: Index, target: Value, frame: Frame): Value {
  if (node.index.type === "property" && target !== null && typeof target === "object" && target.kind === "map") {
    return node.index.name;
  }
  return evaluate(node.index, { ...frame, active: frame.session.root });
}

function callMethod(node: MethodCall, target: Value, frame: Frame): Value {
  const inner: Frame = { ...frame, active: frame.scope };
  const args = node.args.map((arg) => evaluate(arg, inner));
  if (target === null) {
    if (node.safe) return null;
    throw evaluationError(`The method ${node.name}() cannot be called on null`);
  }
  const match = resolveOverload(methodsOf(target).get(node.name) ?? [], args);
  if (match === undefined) {
    throw evaluationError(
      `There is no method ${node.name}(${describe(args)}) for ${typeName(target)} that may be called`,
    );
  }
  return match.overload.run(target, match.args(frame.session), frame.session);
}

function callFunction(node: FunctionCall, frame: Frame): Value {
  const overloads = FUNCTIONS.get(node.name);
  if (overloads === undefined) throw evaluationError(`There is no function #${node.name}`);
  const args = node.args.map((arg) => evaluate(arg, frame));
  const match = resolveOverload(overloads, args);
  if (match === undefined) {
    const form = overloads[0];
    throw evaluationError(`#${node.name} takes (${form?.parameters.join(", ") ?? ""}), not (${describe(args)})`);
  }
  return match.overload.run(null, match.args(frame.session), frame.session);
}

function readVariable(name: string, frame: Frame): Value {
  if (name === "this") return frame.active;
  if (name === "root") return frame.session.root;
  return frame.session.variables.get(name) ?? null;
}

function typeValue(node: TypeReference): Value {
  const name = resolveTypeOrPrimitive(node.name);
  if (name === undefined) throw evaluationError(`The type ${node.name} may not be used`);
  return { kind: "type", name: node.dimensions === 0 ? name : `${"[".repeat(node.dimensions)}L${name};` };
}

function construct(name: string, args: readonly Expression[], frame: Frame): Value {
  const resolved = resolveType(name);
  if (resolved === undefined) throw evaluationError(`The type ${name} may not be used`);
  const values = args.map((arg) => evaluate(arg, frame));
  const match = resolveOverload(CONSTRUCTORS.get(resolved) ?? [], values);
  if (match === undefined)
    throw evaluationError(`There is no constructor ${name}(${describe(values)}) that may be called`);
  return match.overload.run(null, match.args(frame.session), frame.session);
}

const ARRAY_TYPES: ReadonlyMap<string, ParameterType> = new Map([
  ["int", "int"],
  ["long", "long"],
  ["double", "double"],
  ["float", "float"],
  ["short", "short"],
  ["byte", "byte"],
  ["boolean", "boolean"],
  ["char", "char"],
  ["String", "String"],
  ["java.lang.String", "String"],
]);
const ZEROS: Readonly<Record<string, Value>> = {
  int: int(0),
  long: long(0n),
  double: double(0),
  float: float(0),
  short: short(0),
  byte: byte(0),
  boolean: false,
  char: char("\0"),
};
const MAX_ARRAY = 262_144;

/** A new array of one dimension: of a size, or with elements converted to its type. */
function constructArray(node: ArrayConstruction, frame: Frame): Value {
  const type = ARRAY_TYPES.get(node.name);
  if (type === undefined && resolveType(node.name) === undefined)
    throw evaluationError(`The type ${node.name} may not be used`);
  const [size = null] = node.sizes;
  if (node.sizes.length > 1) throw evaluationError("Only arrays of one dimension can be made");
  const items = node.items?.map((item) => evaluate(item, frame)) ?? null;
  const length = size === null ? (items?.length ?? -1) : convertToIndex(evaluate(size, frame));
  if (length < 0) throw evaluationError("An array needs a size or elements");
  if (items !== null && items.length !== length) throw evaluationError("The array's size and its elements differ");
  if (length > MAX_ARRAY) throw limitError(`makes an array of more than ${MAX_ARRAY} elements`);
  frame.session.budget.charge(length);
  const converted = items?.map((item) => {
    const convert = type === undefined ? () => item : convertParameter(item, type);
    if (convert === undefined) throw evaluationError(`A value of type ${typeName(item)} cannot become ${node.name}`);
    return convert(frame.session.budget);
  });
  return array(node.name, converted ?? Array<Value>(length).fill(ZEROS[node.name] ?? null));
}

function evaluateMap(pairs: readonly { key: Expression; value: Expression }[], frame: Frame): Value {
  const entries = new Map<MapKey, Value>();
  for (const pair of pairs) {
    const key = pair.key.type === "property" ? pair.key.name : evaluate(pair.key, frame);
    const mapKey = toMapKey(key);
    if (mapKey === undefined) throw evaluationError(`A value of type ${typeName(key)} cannot be a key`);
    entries.set(mapKey, evaluate(pair.value, frame));
  }
  return map(
    entries,
    pairs.every((pair) => (pair.key.type === "property" || isConstant(pair.key)) && isConstant(pair.value)),
  );
}

/** What a selection or projection visits; undefined for values without elements. */
function elements(target: Value): readonly Value[] | undefined {
  if (target === null || typeof target !== "object") return undefined;
  if (target.kind === "list") return itemsOf(target);
  if (target.kind === "array") return target.items;
  if (target.kind === "map") {
    return Array.from(entriesOf(target), ([key, value]): JavaEntry => ({ kind: "entry", key, value }));
  }
  return undefined;
}

function visited(node: Projection | Selection, target: Value): readonly Value[] | null {
  if (target === null && node.safe) return null;
  const items = elements(target);
  if (items === undefined)
    throw evaluationError(`A ${node.type} needs a list, an array or a map, not ${typeName(target)}`);
  return items;
}

function project(node: Projection, target: Value, frame: Frame): Value {
  const items = visited(node, target);
  if (items === null) return null;
  const results = items.slice().map((item) => evaluate(node.body, { ...frame, active: item, scope: item }));
  return target !== null && typeof target === "object" && target.kind === "array"
    ? array("Object", results)
    : list(results);
}

function select(node: Selection, target: Value, frame: Frame): Value {
  const items = visited(node, target);
  if (items === null) return null;
  const found: Value[] = [];
  for (const item of items.slice()) {
    const verdict = evaluate(node.criteria, { ...frame, active: item, scope: item });
    if (typeof verdict !== "boolean")
      throw evaluationError(`The condition of a selection gave ${typeName(verdict)}, not true or false`);
    if (verdict) found.push(item);
    if (verdict && node.which === "first") break;
  }
  const isMap = target !== null && typeof target === "object" && target.kind === "map";
  if (node.which !== "all") {
    const only = found.at(-1);
    return only === undefined ? null : isMap ? mapOf([only]) : only;
  }
  if (isMap) return mapOf(found);
  return target !== null && typeof target === "object" && target.kind === "array"
    ? array(target.element, found)
    : list(found);
}

function mapOf(entries: readonly Value[]): Value {
  const result = new Map<MapKey, Value>();
  for (const entry of entries) {
    if (entry !== null && typeof entry === "object" && entry.kind === "entry") result.set(entry.key, entry.value);
  }
  return map(result);
}

const WALK: Walk = { owner: evaluateCompound, key: evaluateIndexKey };
