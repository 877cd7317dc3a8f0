import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import { executionReason, inOrder } from "../output/execution-tree.ts";
import type { Style } from "../output/style.ts";
import { lookOf } from "../output/style.ts";
import { between } from "../output/time.ts";
import { plain } from "../output/width.ts";

/**
 * What changed between two looks at an execution, one line each: for logs and pipes, where nothing can be redrawn.
 * `before` is null at the first look, which tells everything that has begun.
 */
export function progressLines(before: Execution | null, after: Execution, style: Style, now: number): string[] {
  const lines: string[] = [];
  if (before === null) lines.push(`${plain(after.name)}  ${after.application}  ${after.id}`);
  for (const stage of inOrder(after.stages)) {
    const known = before?.stages.find((each) => each.id === stage.id);
    lines.push(...stageChanges(known, stage, after, style, now));
  }
  if (before?.status !== after.status && (before !== null || after.status !== "RUNNING")) {
    const took = between(after.startTime, after.endTime, now);
    const reason = executionReason(after);
    lines.push(
      `${paint(style, after.status)}${took === "" ? "" : ` after ${took}`}${reason === null ? "" : `: ${plain(reason)}`}`,
    );
  }
  return lines;
}

function stageChanges(
  before: Stage | undefined,
  after: Stage,
  execution: Execution,
  style: Style,
  now: number,
): string[] {
  const lines: string[] = [];
  const path = pathOf(after, execution);
  if (before?.status !== after.status && (before !== undefined || after.status !== "NOT_STARTED")) {
    const took = after.endTime === null ? "" : `  ${between(after.startTime, after.endTime, now)}`;
    lines.push(`  ${path}  ${paint(style, after.status)}${took}`);
  }
  for (const task of after.tasks) {
    const words = task.status === "RUNNING" ? (task.waiting?.message ?? null) : null;
    const known = before?.tasks.find((each) => each.id === task.id)?.waiting?.message ?? null;
    if (words !== null && words !== known) lines.push(`  ${path}  ${style("warn", plain(words))}`);
  }
  if (after.failure !== null && before?.failure?.message !== after.failure.message) {
    lines.push(`  ${path}  ${style("bad", plain(after.failure.message))}`);
  }
  return lines;
}

/** A stage's name below the names of those it belongs to. */
function pathOf(stage: Stage, execution: Execution): string {
  const names = [plain(stage.name)];
  let parent = stage.parentStageId;
  for (let depth = 0; parent !== null && depth < execution.stages.length; depth += 1) {
    const found = execution.stages.find((each) => each.id === parent);
    if (found === undefined) break;
    names.unshift(plain(found.name));
    parent = found.parentStageId;
  }
  return names.join(" › ");
}

function paint(style: Style, status: string): string {
  return style(lookOf(status).tone, status);
}
