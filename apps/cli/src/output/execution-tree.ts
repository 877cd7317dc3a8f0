import type { Execution, Stage, Task } from "@gennaker/contract/resources/execution.ts";
import type { Style } from "./style.ts";
import { lookOf } from "./style.ts";
import { between } from "./time.ts";
import { plain, truncate } from "./width.ts";

export type TreeOptions = {
  style: Style;
  /** Epoch milliseconds, for the time that running things have taken. */
  now: number;
  /** The terminal's width; null: lines are never cut. */
  columns: number | null;
  /** Only what runs, waits or failed is opened; the rest is one line. */
  compact?: boolean;
};

type Node = { stage: Stage; before: Node[]; after: Node[] };

/** An execution as lines: a heading, then its stages in the order they run, each with its inner stages and its reason. */
export function executionTree(execution: Execution, options: TreeOptions): string[] {
  const { style } = options;
  const look = lookOf(execution.status);
  const title = `${plain(execution.name)}  ${execution.application}  ${execution.id}`;
  const took = between(execution.startTime ?? execution.buildTime, execution.endTime, options.now);
  const lines = [
    `${style(look.tone, `${look.symbol} ${execution.status}`)}  ${cut(title, options, execution.status.length + took.length + 6)}  ${style("dim", took)}`,
  ];
  const failure = executionReason(execution);
  if (failure !== null) lines.push(...reasonLines(failure, "  ", "bad", options));
  for (const node of nodesOf(execution.stages)) lines.push(...stageLines(node, "  ", options));
  return lines;
}

/** Why an execution was cancelled or is paused, or which failure ended it, in words. */
export function executionReason(execution: Execution): string | null {
  const { canceled, canceledBy, cancellationReason, paused } = execution;
  if (canceled && canceledBy !== null)
    return `cancelled by ${canceledBy}${cancellationReason === null ? "" : `: ${cancellationReason}`}`;
  if (execution.status === "PAUSED" && paused !== null) return `paused by ${paused.pausedBy}`;
  const own = (execution as { failure?: { message?: unknown } | null }).failure?.message;
  return typeof own === "string" && !execution.stages.some((stage) => stage.failure?.message === own) ? own : null;
}

function stageLines({ stage, before, after }: Node, indent: string, options: TreeOptions): string[] {
  const { style } = options;
  const look = lookOf(stage.status);
  const took = between(stage.startTime, stage.endTime, options.now);
  const kind = stage.name === stage.type ? "" : ` (${plain(stage.type)})`;
  const name = cut(plain(stage.name) + kind, options, indent.length + took.length + 6);
  const lines = [`${indent}${style(look.tone, look.symbol)} ${name}${took === "" ? "" : `  ${style("dim", took)}`}`];
  const inner = `${indent}  `;
  const open = options.compact !== true || isOpen(stage.status);
  if (open) for (const node of before) lines.push(...stageLines(node, inner, options));
  for (const task of stage.tasks) {
    if (task.status === "RUNNING" && task.waiting !== null)
      lines.push(...reasonLines(waitingWords(task), inner, "warn", options));
  }
  if (open) for (const node of after) lines.push(...stageLines(node, inner, options));
  if (stage.failure !== null) lines.push(...reasonLines(stage.failure.message, inner, "bad", options));
  return lines;
}

function waitingWords(task: Task): string {
  return plain(task.waiting?.message ?? "");
}

function isOpen(status: string): boolean {
  return (
    status === "RUNNING" ||
    status === "PAUSED" ||
    status === "TERMINAL" ||
    status === "FAILED_CONTINUE" ||
    status === "STOPPED"
  );
}

/** Whole where lines are never cut, else at most as wide as the terminal leaves beside `reserved` columns. */
function cut(text: string, options: TreeOptions, reserved: number): string {
  return options.columns === null ? text : truncate(text, Math.max(10, options.columns - reserved));
}

function reasonLines(words: string, indent: string, tone: "bad" | "warn", options: TreeOptions): string[] {
  return [`${indent}${options.style(tone, `└ ${cut(plain(words), options, indent.length + 2)}`)}`];
}

/** Top-level stages in an order in which each comes after what it requires; equal ones as given. */
function nodesOf(stages: readonly Stage[]): Node[] {
  const children = (parent: string, owner: "STAGE_BEFORE" | "STAGE_AFTER"): Node[] =>
    inOrder(stages.filter((stage) => stage.parentStageId === parent && stage.syntheticStageOwner === owner)).map(
      toNode,
    );
  const toNode = (stage: Stage): Node => ({
    stage,
    before: children(stage.id, "STAGE_BEFORE"),
    after: children(stage.id, "STAGE_AFTER"),
  });
  return inOrder(stages.filter((stage) => stage.parentStageId === null)).map(toNode);
}

/** Depth-first over requirements; a requirement outside the list, or a cycle, does not lose a stage. */
export function inOrder(stages: readonly Stage[]): Stage[] {
  const byRef = new Map(stages.map((stage) => [stage.refId, stage]));
  const ordered = new Set<Stage>();
  const entered = new Set<Stage>();
  const visit = (stage: Stage) => {
    if (entered.has(stage)) return;
    entered.add(stage);
    for (const ref of stage.requisiteStageRefIds) {
      const before = byRef.get(ref);
      if (before) visit(before);
    }
    ordered.add(stage);
  };
  for (const stage of stages) visit(stage);
  return [...ordered];
}
