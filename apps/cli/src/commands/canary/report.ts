import type { Client } from "@gennaker/client/client.ts";
import type { CanaryRun } from "@gennaker/contract/resources/canary.ts";
import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { CliError } from "../../errors.ts";
import type { Printer } from "../../output/print.ts";
import { show } from "../../output/print.ts";
import type { Cell } from "../../output/table.ts";
import { renderFields } from "../../output/table.ts";
import { toneOf } from "../../output/style.ts";
import { duration } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";
import { findStage } from "../execution/find-stage.ts";

type RunFlags = ServerFlags & { stage?: string };

export async function listRuns(context: CliContext, flags: RunFlags, id: string): Promise<void> {
  const runs = await runsOf((await connect(context, flags)).client, id, flags.stage);
  show(context, flags, runs, (print) =>
    print.table(
      [
        { title: "RUN", align: "right" },
        { title: "STAGE", shrinkTo: 10 },
        { title: "SCORE", align: "right" },
        { title: "VERDICT" },
        { title: "WINDOW" },
        { title: "JUDGED" },
        { title: "WHY", shrinkTo: 12 },
      ],
      runs.map((run) => [
        `${run.index}/${run.planned}`,
        run.stageId,
        scoreText(run.score),
        { text: run.verdict, tone: toneOf(run.verdict) },
        duration(Date.parse(run.end) - Date.parse(run.start)),
        run.judgedAt,
        run.reason,
      ]),
      `No canary of ${id} has been judged yet.`,
    ),
  );
}

export async function reportRun(context: CliContext, flags: RunFlags & { run?: number }, id: string): Promise<void> {
  const runs = await runsOf((await connect(context, flags)).client, id, flags.stage);
  const run = chooseRun(runs, flags.run, id);
  show(context, flags, run, (print) => printReport(print, run));
}

/** The canary stages of an execution, or the one that was named. */
export function canaryStages(execution: Execution, wanted: string | undefined): Stage[] {
  if (wanted !== undefined) return [findStage(execution, wanted)];
  const found = execution.stages.filter((stage) => stage.type === "kayentaCanary");
  if (found.length > 0) return found;
  throw new CliError(`Execution ${execution.id} has no canary stage.`, {
    next: [`gennaker execution get ${execution.id}`],
  });
}

async function runsOf(client: Client, id: string, wanted: string | undefined): Promise<CanaryRun[]> {
  const execution = await client.call("getExecution", { params: { execution: id } });
  const stages = canaryStages(execution, wanted);
  return (
    await Promise.all(
      stages.map((stage) => client.call("listCanaryRuns", { params: { execution: id, stage: stage.id } })),
    )
  ).flat();
}

/** The n-th judgement (from 1), or the last. */
export function chooseRun(runs: readonly CanaryRun[], wanted: number | undefined, id: string): CanaryRun {
  const found = wanted === undefined ? runs.at(-1) : runs.find((run) => run.index === wanted);
  if (found) return found;
  if (runs.length === 0)
    throw new CliError(`No canary of ${id} has been judged yet.`, { next: [`gennaker execution watch ${id}`] });
  throw new CliError(`There is no judgement ${wanted}; there are ${runs.length}.`, {
    next: [`gennaker canary runs ${id}`],
  });
}

function printReport(print: Printer, run: CanaryRun): void {
  const { thresholds, scopes } = run;
  print.text(
    renderFields(
      [
        ["Verdict", { text: run.verdict, tone: toneOf(run.verdict) }],
        ["Why", run.reason],
        ["Score", `${scoreText(run.score)} (pass at ${thresholds.pass}, marginal at ${thresholds.marginal})`],
        ["Baseline", scopes.baseline],
        ["Canary", scopes.canary],
        ["Window", `${run.start} to ${run.end} (run ${run.index} of ${run.planned})`],
      ],
      print.style,
    ),
  );
  print.text("\n");
  print.table(
    [
      { title: "GROUP", shrinkTo: 8 },
      { title: "SCORE", align: "right" },
      { title: "WHY", shrinkTo: 12 },
    ],
    run.groups.map((group) => [group.name, scoreText(group.score), group.reason]),
    "No groups were scored.",
  );
  print.text("\n");
  print.table(
    [
      { title: "METRIC", shrinkTo: 8 },
      { title: "RESULT" },
      { title: "GROUPS", shrinkTo: 6 },
      { title: "BASELINE", align: "right" },
      { title: "CANARY", align: "right" },
      { title: "RATIO", align: "right" },
      { title: "WHY", shrinkTo: 12 },
    ],
    run.metrics.map((metric): Cell[] => [
      metric.critical ? `${metric.name} (critical)` : metric.name,
      { text: metric.classification, tone: toneOf(metric.classification) },
      metric.groups.join(", "),
      numberText(metric.baseline.mean),
      numberText(metric.canary.mean),
      numberText(metric.ratio),
      metric.reason,
    ]),
    "No metrics were judged.",
  );
}

function scoreText(score: number | null): string {
  return score === null ? "none" : String(Math.round(score * 100) / 100);
}

/** Four significant digits: enough to compare by eye. */
export function numberText(value: number | null): string {
  return value === null ? "" : String(Number(value.toPrecision(4)));
}
