import type { Execution } from "@gennaker/contract/resources/execution.ts";

export function triggerType(execution: Pick<Execution, "trigger">): string {
  const type = execution.trigger["type"];
  return typeof type === "string" && type !== "" ? type : "manual";
}

/** The run's parameters as texts, in their own order; objects as JSON. */
export function parametersOf(execution: Pick<Execution, "trigger">): [string, string][] {
  const { parameters } = execution.trigger;
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) return [];
  return Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
}
