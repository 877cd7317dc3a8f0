import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ReferenceStage } from "./reference-model.ts";
import { policies } from "./random-runs.ts";

/**
 * A stage with everything that a stage can have, for the second reference model: what becomes of tasks, synthetic stages, on-failure
 * stages, expressions and the words of children about their siblings, written as a plain recursion without messages.
 */
export type ReferencePart = {
  tasks: readonly ("SUCCEEDED" | "SKIPPED" | "TERMINAL" | "CANCELED" | "STOPPED" | "FAILED_CONTINUE")[];
  policy: ReferenceStage["policy"];
  /** allowSiblingStagesToContinueOnFailure */
  lets: boolean;
  disabled: boolean;
  unplannable: boolean;
  /** An expression that cannot be evaluated, with failOnFailedExpressions. */
  strict: boolean;
  parallel: boolean;
  /** The place of a task that runs also right behind a failure that the policy ignores. */
  gathers: number;
  before: readonly ReferencePart[];
  after: readonly ReferencePart[];
  onFailure: readonly ReferencePart[];
};

type Statuses = Record<string, string>;
type Done = { status: string; below: Statuses; tasks: string[] };

/** How a part ends whose turn has come, and all below it by refId. */
export function expectedPart(part: ReferencePart, refId: string): Done {
  if (part.disabled) return { status: "SKIPPED", below: {}, tasks: [] };
  const below: Statuses = {};
  let children: { refId: string; status: string }[] = [];
  let tasks: string[] = [];
  const run = (parts: readonly ReferencePart[], mark: "<" | ">"): boolean => {
    const first = children.filter((child) => child.refId.startsWith(`${refId}${mark}`)).length;
    const planned = parts.map((each, index) => ({ each, refId: `${refId}${mark}${first + index + 1}` }));
    let goesOn = true;
    for (const group of groups(planned, mark === ">" && parts === part.onFailure)) {
      const begins = goesOn;
      for (const member of group) {
        const done = begins ? expectedPart(member.each, member.refId) : null;
        Object.assign(below, done?.below);
        children.push({ refId: member.refId, status: done?.status ?? "NOT_STARTED" });
        if (done !== null && !letsGoOn(done.status, member.each)) goesOn = false;
      }
    }
    return goesOn;
  };
  if (!part.unplannable && run(part.before, "<")) tasks = taskStatuses(part);
  else if (!part.unplannable) tasks = part.tasks.map(() => "NOT_STARTED");
  const current = () => statusOf(part, children, tasks);
  if (isFine(current())) run(part.after, ">");
  if (["TERMINAL", "STOPPED"].includes(current()) && part.onFailure.length > 0) {
    children = children.filter((child) => child.status !== "NOT_STARTED");
    run(part.onFailure, ">");
  }
  for (const child of children) below[child.refId] = child.status;
  const status = current();
  return { status: status === "NOT_STARTED" ? "SKIPPED" : status, below, tasks };
}

/** Neighbours that are parallel begin together; on-failure stages never do. */
function groups<T extends { each: ReferencePart }>(planned: readonly T[], linear: boolean): T[][] {
  const found: T[][] = [];
  for (const member of planned) {
    const last = found.at(-1);
    const together = !linear && member.each.parallel && last?.[0]?.each.parallel === true;
    if (together) last?.push(member);
    else found.push([member]);
  }
  return found;
}

function letsGoOn(status: string, part: ReferencePart): boolean {
  return status === "FAILED_CONTINUE" ? part.lets : isFine(status);
}

const isFine = (status: string) => ["SUCCEEDED", "SKIPPED", "FAILED_CONTINUE", "NOT_STARTED"].includes(status);

function ofFailure(part: ReferencePart, otherwise: string): string {
  if (part.policy === "ignore") return "FAILED_CONTINUE";
  return part.policy === "halt" ? otherwise : "STOPPED";
}

function taskStatuses(part: ReferencePart): string[] {
  let goesOn = true;
  return part.tasks.map((gives, index) => {
    if (!goesOn) return "NOT_STARTED";
    const status = gives === "TERMINAL" || gives === "CANCELED" ? ofFailure(part, gives) : gives;
    goesOn = isFine(gives) || (status === "FAILED_CONTINUE" && part.gathers === index + 1);
    return status;
  });
}

function statusOf(part: ReferencePart, children: readonly { status: string }[], tasks: readonly string[]): string {
  if (part.strict && !part.unplannable) return "TERMINAL";
  const all = [...children.map((child) => child.status), ...tasks];
  if (part.unplannable) all.push(ofFailure(part, "TERMINAL"));
  if (all.length === 0) return "NOT_STARTED";
  if (all.includes("TERMINAL")) return ofFailure(part, "TERMINAL");
  for (const status of ["STOPPED", "CANCELED", "FAILED_CONTINUE"]) if (all.includes(status)) return status;
  return "SUCCEEDED";
}

/** Its document for the simulator's planner. */
export function partDocument(part: ReferencePart): JsonObject {
  const children = (parts: readonly ReferencePart[]) =>
    parts.map((each): JsonObject => ({
      type: "test",
      name: "part",
      parallel: each.parallel,
      context: partDocument(each),
    }));
  return {
    tasks: [...part.tasks],
    gathers: part.gathers,
    disabled: part.disabled,
    unplannable: part.unplannable,
    ...(part.strict ? { badExpression: true, failOnFailedExpressions: true } : {}),
    ...(part.lets ? { allowSiblingStagesToContinueOnFailure: true } : {}),
    before: children(part.before),
    after: children(part.after),
    onFailure: children(part.onFailure),
    ...policies[part.policy],
  };
}
