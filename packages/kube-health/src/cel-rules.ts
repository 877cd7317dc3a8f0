import { celEnv, isCelError, parse, plan } from "@bufbuild/cel";
import type { CelInput } from "@bufbuild/cel";
import { asObject, at, isObject } from "./json.ts";
import { groupKind, kindOf } from "./manifest.ts";

export type CelHealthStatus = "stable" | "progressing" | "failed" | "paused";

/** The rules of one kind. The first whose `when` (CEL) is true answers; the core group is `""`. */
export type CelHealthRule = {
  readonly group: string;
  readonly kind: string;
  readonly rules: readonly { readonly when: string; readonly status: CelHealthStatus; readonly message: string }[];
};

/** `rule` names the rule that answered: `example.com/Widget 2`. */
export type CelHealthAnswer = { readonly status: CelHealthStatus; readonly message: string; readonly rule: string };

/** Rules that are ready to run: `judge` gives undefined where no rule is for the kind or none holds. */
export type CelHealthRules = { readonly judge: (manifest: unknown) => CelHealthAnswer | undefined };

/** A linear-time engine for `matches`, such as RE2; without one JavaScript's own is used. */
export type CelRegularExpressions = { readonly compile: (pattern: string) => { test: (text: string) => boolean } };

const statuses: ReadonlySet<string> = new Set(["stable", "progressing", "failed", "paused"]);

/** A rule that cannot be used; the message says which and why. */
export class CelHealthRuleError extends Error {
  override readonly name = "CelHealthRuleError";
}

/**
 * Compiles users' rules. An expression sees `object` (the manifest) and its `metadata`, `spec` and `status`; an absent field
 * makes the rule not hold, as does any error and any result that is not a boolean. Throws `CelHealthRuleError` for a rule
 * that cannot be parsed or has an unknown status.
 *
 * ```ts
 * createCelHealthRules([{ group: "example.com", kind: "Widget", rules: [
 *   { when: "status.size >= spec.size", status: "stable", message: "all parts are there" },
 *   { when: "has(status.error)", status: "failed", message: "the widget reports an error" },
 * ] }]);
 * ```
 */
export function createCelHealthRules(
  kinds: readonly CelHealthRule[],
  options: { readonly re2?: CelRegularExpressions } = {},
): CelHealthRules {
  const env = celEnv(options.re2 === undefined ? {} : { re2: options.re2 });
  const compiled = new Map<string, { holds: (manifest: unknown) => boolean; answer: CelHealthAnswer }[]>();
  for (const { group, kind, rules } of kinds) {
    const key = group === "" ? kind : `${group}/${kind}`;
    const list = rules.map(({ when, status, message }, index) => {
      const where = `Rule ${index + 1} of ${key}`;
      if (!statuses.has(status))
        throw new CelHealthRuleError(`${where}: the status "${status}" is none of ${[...statuses].join(", ")}`);
      return { holds: compile(env, when, where), answer: { status, message, rule: `${key} ${index + 1}` } };
    });
    compiled.set(key, [...(compiled.get(key) ?? []), ...list]);
  }
  return {
    judge: (manifest) => compiled.get(groupKind(kindOf(manifest)))?.find(({ holds }) => holds(manifest))?.answer,
  };
}

function compile(env: ReturnType<typeof celEnv>, when: string, where: string): (manifest: unknown) => boolean {
  try {
    const run = plan(env, parse(when));
    return (manifest) => {
      try {
        const value = run({
          object: toCel(asObject(manifest), 0),
          metadata: toCel(at(manifest, "metadata") ?? {}, 0),
          spec: toCel(at(manifest, "spec") ?? {}, 0),
          status: toCel(at(manifest, "status") ?? {}, 0),
        });
        return !isCelError(value) && value === true;
      } catch {
        return false;
      }
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CelHealthRuleError(`${where}: "${when}" is no CEL expression: ${reason}`, { cause });
  }
}

/** Deeper than Kubernetes lets any object be; what lies below is dropped rather than overflowing the stack. */
const deepest = 200;

/** JSON as CEL sees it: whole numbers are `int`, other numbers `double`. */
function toCel(value: unknown, depth: number): CelInput {
  if (depth > deepest) return null;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => toCel(item, depth + 1));
  if (isObject(value))
    return new Map(Object.entries(value).map(([key, field]) => [key, toCel(field, depth + 1)] as const));
  return null;
}
