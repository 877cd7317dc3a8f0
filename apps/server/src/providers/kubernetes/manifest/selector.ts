import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { specOf, textsIn } from "./manifest.ts";

export type SelectorKind = "ANY" | "EQUALS" | "NOT_EQUALS" | "CONTAINS" | "NOT_CONTAINS" | "EXISTS" | "NOT_EXISTS";

/** One condition on labels, as stages write it. `values` is empty for ANY, EXISTS and NOT_EXISTS. */
export type Selector = { kind: SelectorKind; key: string; values: readonly string[] };

/** Why a condition cannot be asked, in words; null when it can. */
export function selectorProblem({ kind, key, values }: Selector): string | null {
  if (kind === "ANY") return null;
  if (key === "") return `a condition ${kind} needs a key`;
  const needsValue = kind !== "EXISTS" && kind !== "NOT_EXISTS";
  return needsValue && values.length === 0 ? `the condition ${kind} on ${key} needs a value` : null;
}

/** The text that `kubectl -l` and the API server take; empty: everything. */
export function selectorText(selectors: readonly Selector[]): string {
  return selectors
    .map(textOf)
    .filter((text) => text !== "")
    .join(",");
}

function textOf({ kind, key, values }: Selector): string {
  switch (kind) {
    case "ANY":
      return "";
    case "EQUALS":
      return `${key} = ${values[0] ?? ""}`;
    case "NOT_EQUALS":
      return `${key} != ${values[0] ?? ""}`;
    case "CONTAINS":
      return `${key} in (${values.join(", ")})`;
    case "NOT_CONTAINS":
      return `${key} notin (${values.join(", ")})`;
    case "EXISTS":
      return key;
    case "NOT_EXISTS":
      return `!${key}`;
  }
}

/** Do labels fulfil all conditions? As in Kubernetes, a label that is missing fulfils NOT_EQUALS and NOT_CONTAINS. */
export function selects(selectors: readonly Selector[], labels: Readonly<Record<string, string>>): boolean {
  return selectors.every(({ kind, key, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (kind) {
      case "ANY":
        return true;
      case "EQUALS":
        return value === (values[0] ?? "");
      case "NOT_EQUALS":
        return value !== (values[0] ?? "");
      case "CONTAINS":
        return value !== undefined && values.includes(value);
      case "NOT_CONTAINS":
        return value === undefined || !values.includes(value);
      case "EXISTS":
        return value !== undefined;
      case "NOT_EXISTS":
        return value === undefined;
    }
  });
}

const operators: Readonly<Record<string, SelectorKind>> = {
  In: "CONTAINS",
  NotIn: "NOT_CONTAINS",
  Exists: "EXISTS",
  DoesNotExist: "NOT_EXISTS",
};

/** The conditions of a workload's `spec.selector`, with match labels and expressions or, as services have it, plain. */
export function workloadSelectors(manifest: JsonObject): Selector[] {
  const selector = specOf(manifest)["selector"];
  if (!isJsonObject(selector)) return [];
  const plain = selector["matchLabels"] === undefined && selector["matchExpressions"] === undefined;
  const labels = textsIn(plain ? selector : selector["matchLabels"]);
  const expressions = Array.isArray(selector["matchExpressions"])
    ? selector["matchExpressions"].filter(isJsonObject)
    : [];
  return [
    ...Object.entries(labels).map(([key, value]): Selector => ({ kind: "EQUALS", key, values: [value] })),
    ...expressions.flatMap((expression): Selector[] => {
      const kind = operators[String(expression["operator"])];
      const values = Array.isArray(expression["values"]) ? expression["values"].map(String) : [];
      return kind === undefined ? [] : [{ kind, key: String(expression["key"] ?? ""), values }];
    }),
  ];
}
