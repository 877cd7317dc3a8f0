import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { mapAccounts } from "../import/accounts.ts";
import type { Inventory } from "../import/types.ts";
import { compareFields } from "./compare-fields.ts";
import type { FieldsCompared } from "./compare-fields.ts";
import { compareOutcome } from "./compare-outcomes.ts";
import type { OutcomeDifference } from "./compare-outcomes.ts";
import { comparePlan } from "./compare-plan.ts";
import type { PlanDifference } from "./compare-plan.ts";
import { ownStages } from "./recorded.ts";
import type { RecordedRun } from "./recorded.ts";

export type RunCompared = {
  execution: string;
  status: string;
  startTime: number | null;
  /** Why the run would not start here. */
  start: { pointer: string; reason: string }[];
  plan: PlanDifference[];
  fields: Omit<FieldsCompared, "failed">;
  outcomes: OutcomeDifference[];
  /** Nothing differs. */
  same: boolean;
  words: string[];
};

/** What this server would do with the trigger of a recorded run. */
export type PlannedRun = { document: JsonObject; problems: { pointer: string; reason: string }[] };

/**
 * Holds a run of Spinnaker against the same pipeline here: its plan, each stage's fields evaluated with the state that the
 * run had when the stage began, and what ends otherwise. `accounts` says how accounts there are called here. Pure.
 */
export function compareRun(
  planned: PlannedRun,
  recorded: RecordedRun,
  inventory: Inventory,
  accounts: Readonly<Record<string, string>>,
): RunCompared {
  const { document } = planned;
  const run: RecordedRun = {
    ...recorded,
    stages: recorded.stages.map((stage) => ({ ...stage, context: mapAccounts(stage.context, accounts) })),
  };
  const stages = Array.isArray(document["stages"]) ? document["stages"].filter(isJsonObject) : [];
  const plan = planned.problems.length > 0 && stages.length === 0 ? [] : comparePlan(stages, ownStages(run));
  const fields: RunCompared["fields"] = { compared: 0, expressions: 0, differences: [], left: [] };
  const outcomes: OutcomeDifference[] = [];
  for (const stage of stages) {
    const there = ownStages(run).find(({ refId, type }) => refId === stage["refId"] && type === stage["type"]);
    if (there === undefined) continue;
    const began = there.status !== "NOT_STARTED" && there.status !== "SKIPPED";
    const found = began ? compareFields(document, stage, run, there) : null;
    if (found !== null) {
      fields.compared += found.compared;
      fields.expressions += found.expressions;
      fields.differences.push(...found.differences);
      fields.left.push(...found.left);
    }
    outcomes.push(...compareOutcome(document, stage, run, there, inventory, found?.failed ?? false));
  }
  const parts = { start: planned.problems, plan, fields, outcomes };
  const same = planned.problems.length + plan.length + fields.differences.length + outcomes.length === 0;
  const { id, status, startTime } = recorded;
  return { execution: id, status, startTime, ...parts, same, words: wordsOf(parts, same) };
}

type Parts = Pick<RunCompared, "start" | "plan" | "fields" | "outcomes">;

function wordsOf({ start, plan, fields, outcomes }: Parts, same: boolean): string[] {
  const compared = `${fields.compared} values compared, ${fields.expressions} of them expressions`;
  const left = fields.left.length === 0 ? "" : `; ${fields.left.length} fields left out`;
  if (same) return [`The same plan, fields and outcomes (${compared}${left}).`];
  const words: string[] = [];
  for (const { pointer, reason } of start) words.push(`It would not start here: ${pointer} ${reason}.`);
  const changed: Record<PlanDifference["what"], (each: PlanDifference) => string> = {
    added: ({ stage }) => `Stage "${stage}" is here and was not in the run; the pipeline may have been changed since.`,
    missing: ({ stage }) =>
      `Stage "${stage}" was in the run and is not here; the pipeline may have been changed since.`,
    type: ({ stage, here, there }) => `Stage "${stage}" is of the type ${here} here and was ${there}.`,
    name: ({ here, there }) => `Stage "${there}" is called "${here}" here.`,
    requisites: ({ stage, here, there }) =>
      `Stage "${stage}" waits for ${here || "nothing"} here and did for ${there || "nothing"}.`,
  };
  for (const each of plan) words.push(changed[each.what](each));
  for (const { stage, pointer, here, there } of fields.differences)
    words.push(`Stage "${stage}": ${pointer} is ${shown(here)} here and was ${shown(there)}.`);
  for (const { stage, here, there, reason } of outcomes)
    words.push(
      `Stage "${stage}" ended ${there} and ${here === null ? "would differ" : `would end ${here}`} here: ${reason}.`,
    );
  words.push(`In all ${compared}${left}.`);
  return words;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
