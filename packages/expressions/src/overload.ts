import { convertParameter, isAssignable } from "./convert.ts";
import type { ParameterType } from "./convert.ts";
import { evaluationError } from "./errors.ts";
import type { Session } from "./session.ts";
import { typeName } from "./types.ts";
import { itemsOf } from "./values.ts";
import type { Value } from "./values.ts";

/** The code behind one method, constructor or function. `self` is null for those without a target. */
export type Body<Self = Value> = (self: Self, args: readonly Value[], session: Session) => Value;

export type Overload = {
  readonly name: string;
  readonly parameters: readonly ParameterType[];
  /** The last parameter may be given any number of times. */
  readonly variadic: boolean;
  readonly run: Body;
};

export type MethodTable = ReadonlyMap<string, readonly Overload[]>;

/**
 * A table from signatures such as `substring(int,int)`. `Object...` as the last parameter makes it variadic. The target
 * is checked by whoever looks the table up, so `Self` only names what the table is for.
 */
export function methodTable<Self extends Value>(bodies: Readonly<Record<string, Body<Self>>>): MethodTable {
  const table = new Map<string, Overload[]>();
  for (const [signature, run] of Object.entries(bodies)) {
    const open = signature.indexOf("(");
    const name = signature.slice(0, open);
    const inner = signature.slice(open + 1, -1);
    const variadic = inner.endsWith("...");
    const parameters = (inner === "" ? [] : inner.replace("...", "").split(",")) as ParameterType[];
    const overloads = table.get(name) ?? [];
    overloads.push({ name, parameters, variadic, run: run as Body });
    table.set(name, overloads);
  }
  return table;
}

type Match = { readonly overload: Overload; readonly args: (session: Session) => Value[] };

/**
 * Spring's choice: a call that needs no conversion wins, the most specific one first; otherwise the only one that works
 * with conversions. Several of those are an error, none gives undefined.
 */
export function resolveOverload(overloads: readonly Overload[], given: readonly Value[]): Match | undefined {
  const direct: { overload: Overload; args: readonly Value[]; weight: number }[] = [];
  const converting: { overload: Overload; args: readonly Value[] }[] = [];
  for (const overload of overloads) {
    const args = overload.variadic ? spread(overload, given) : given;
    if (!acceptsCount(overload, args.length)) continue;
    if (args.every((arg, index) => isAssignable(arg, parameterAt(overload, index)))) {
      direct.push({
        overload,
        args,
        weight: args.reduce<number>((sum, arg, index) => sum + distance(arg, parameterAt(overload, index)), 0),
      });
    } else if (args.every((arg, index) => convertParameter(arg, parameterAt(overload, index)) !== undefined)) {
      converting.push({ overload, args });
    }
  }
  const best = direct.toSorted((a, b) => a.weight - b.weight)[0];
  if (best !== undefined) return { overload: best.overload, args: () => [...best.args] };
  const only = converting[0];
  if (only === undefined) return undefined;
  if (converting.length > 1) {
    throw evaluationError(
      `Several forms of ${only.overload.name}(${describe(given)}) fit equally well; convert the arguments first`,
    );
  }
  return {
    overload: only.overload,
    args: (session) =>
      only.args.map((arg, index) => convertParameter(arg, parameterAt(only.overload, index))?.(session.budget) ?? null),
  };
}

/** A single list or array in a variadic place stands for its elements. */
function spread(overload: Overload, args: readonly Value[]): readonly Value[] {
  const last = args.at(-1) ?? null;
  if (args.length !== overload.parameters.length || last === null || typeof last !== "object") return args;
  if (last.kind === "list") return [...args.slice(0, -1), ...itemsOf(last)];
  return last.kind === "array" ? [...args.slice(0, -1), ...last.items] : args;
}

function acceptsCount(overload: Overload, count: number): boolean {
  return overload.variadic ? count >= overload.parameters.length - 1 : count === overload.parameters.length;
}

function parameterAt(overload: Overload, index: number): ParameterType {
  return overload.parameters[Math.min(index, overload.parameters.length - 1)] ?? "Object";
}

function distance(arg: Value, parameter: ParameterType): number {
  if (parameter === "Object") return arg === null ? 0 : 4;
  return parameter === "CharSequence" || parameter === "Iterable" || parameter === "Comparable" ? 2 : 0;
}

export function describe(args: readonly Value[]): string {
  return args.map(typeName).join(", ");
}
