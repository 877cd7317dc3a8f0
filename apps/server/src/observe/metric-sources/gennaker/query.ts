import type { Problem } from "@gennaker/contract/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import type { SampleQuery } from "../../samples/api.ts";

/** A canary config's `{type: "gennaker", …}` query, checked. */
export type GennakerQuery = Pick<SampleQuery, "metric" | "function" | "where"> & {
  q?: number;
  of?: { metric?: string; where?: Record<string, string> };
  groupBy?: string[];
};

const fields = new Set(["type", "metric", "function", "q", "of", "where", "groupBy"]);
const functions = ["rate", "ratio", "quantile", "mean"] as const;
const functionNames = functions.join(", ");

/** Reads a query; every problem has a pointer relative to the query. An unknown field is one: a misspelt filter would widen the query. */
export function readQuery(query: JsonObject): { query: GennakerQuery; problems: Problem[] } {
  const problems: Problem[] = [];
  for (const field of Object.keys(query)) {
    if (!fields.has(field))
      problems.push({
        pointer: `/${escape(field)}`,
        reason: `is not a field of a gennaker query; known are ${[...fields].join(", ")}`,
      });
  }
  const metric = query["metric"];
  if (typeof metric !== "string" || metric === "") problems.push({ pointer: "/metric", reason: "must name a metric" });
  const named = functions.find((name) => name === query["function"]);
  if (named === undefined) problems.push({ pointer: "/function", reason: `must be one of ${functionNames}` });
  const where = readMatchers(query["where"], "/where", problems);
  const result: GennakerQuery = { metric: String(metric ?? ""), function: named ?? "rate", where };
  readQuantile(query["q"], named, result, problems);
  readOf(query["of"], named, result, problems);
  const groupBy = query["groupBy"];
  if (groupBy !== undefined && groupBy !== null) {
    if (Array.isArray(groupBy) && groupBy.every((label) => typeof label === "string")) result.groupBy = groupBy;
    else problems.push({ pointer: "/groupBy", reason: "must be a list of label names" });
  }
  return { query: result, problems };
}

function readQuantile(
  q: Json | undefined,
  named: string | undefined,
  result: GennakerQuery,
  problems: Problem[],
): void {
  if (q === undefined || q === null) {
    if (named === "quantile")
      problems.push({ pointer: "/q", reason: "is missing; a quantile needs q between 0 and 1, e.g. 0.95" });
    return;
  }
  const number = typeof q === "string" && q.trim() !== "" ? Number(q) : q;
  if (named !== undefined && named !== "quantile")
    problems.push({ pointer: "/q", reason: `has no meaning for the function ${named}` });
  else if (typeof number !== "number" || !(number >= 0 && number <= 1))
    problems.push({ pointer: "/q", reason: "must be a number between 0 and 1" });
  else result.q = number;
}

function readOf(of: Json | undefined, named: string | undefined, result: GennakerQuery, problems: Problem[]): void {
  if (of === undefined || of === null) return;
  if (named !== undefined && named !== "ratio") {
    problems.push({ pointer: "/of", reason: `has no meaning for the function ${named}` });
    return;
  }
  if (!isJsonObject(of)) {
    problems.push({ pointer: "/of", reason: "must be an object {metric?, where?}" });
    return;
  }
  for (const field of Object.keys(of)) {
    if (field !== "metric" && field !== "where")
      problems.push({
        pointer: `/of/${escape(field)}`,
        reason: "is not a field of a denominator; known are metric, where",
      });
  }
  const metric = of["metric"] ?? undefined;
  if (metric !== undefined && (typeof metric !== "string" || metric === ""))
    problems.push({ pointer: "/of/metric", reason: "must name a metric" });
  result.of = {
    ...(typeof metric === "string" ? { metric } : {}),
    where: readMatchers(of["where"], "/of/where", problems),
  };
}

function readMatchers(where: Json | undefined, pointer: string, problems: Problem[]): Record<string, string> {
  if (where === undefined || where === null) return {};
  if (!isJsonObject(where)) {
    problems.push({ pointer, reason: "must be an object of label and value" });
    return {};
  }
  const matchers: [string, string][] = [];
  for (const [label, value] of Object.entries(where)) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      matchers.push([label, String(value)]);
    else
      problems.push({ pointer: `${pointer}/${escape(label)}`, reason: "must be a text, which the label must equal" });
  }
  return Object.fromEntries(matchers);
}

function escape(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
