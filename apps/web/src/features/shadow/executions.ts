import type { Comparison, ShadowReport, ShadowRun } from "@gennaker/contract/resources/shadow.ts";

export type Execution = Record<string, unknown>;

/** The executions of an uploaded text: one, a list, or JSON lines of them; null where it holds none. */
export function executionsOf(text: string): Execution[] | null {
  const values = parsed(text) ?? lines(text);
  if (values === null) return null;
  const all = values.flat().filter(isObject);
  return all.length === 0 ? null : all;
}

function parsed(text: string): unknown[] | null {
  try {
    return [JSON.parse(text) as unknown];
  } catch {
    return null;
  }
}

function lines(text: string): unknown[] | null {
  const values = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(parsed);
  return values.length === 0 || values.includes(null) ? null : values.flat();
}

function isObject(value: unknown): value is Execution {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How many differences a run has, whatever their sort. */
export function differencesOf({ start, plan, fields, outcomes }: ShadowRun): number {
  return start.length + plan.length + fields.differences.length + outcomes.length;
}

/** A value in a cell: text as it is, the rest as JSON; nothing where there is none. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return "–";
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}

/** The line of the history that a report just made becomes. */
export function comparisonOf({ runs, unreadable, ...rest }: ShadowReport): Comparison {
  return { ...rest, runs: runs.length, unreadable: unreadable.length };
}
