import type { DryRun, DryRunStage } from "@gennaker/contract/resources/dry-run.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";
import { readDocument } from "../../settings/read-document.ts";
import { findPipeline } from "./find-pipeline.ts";
import { readParameters } from "./parameters.ts";

type DryRunFlags = ServerFlags & { parameter?: readonly string[]; file?: string };

export async function dryRunPipeline(
  context: CliContext,
  flags: DryRunFlags,
  first: string,
  second?: string,
): Promise<number> {
  const parameters = readParameters(flags.parameter ?? []);
  const { client } = await connect(context, flags);
  const unsaved = flags.file === undefined ? undefined : await readDocument(context, flags.file);
  const application = first.split("/")[0] ?? first;
  const found = unsaved === undefined ? await findPipeline(client, first, second) : { application, id: "unsaved" };
  const answer = await client.call("dryRunPipeline", {
    params: { application: found.application, pipeline: found.id },
    body: { parameters, ...(unsaved === undefined ? {} : { pipeline: unsaved }) },
  });
  show(context, flags, answer, (print) => print.text(dryRunText(answer)));
  return answer.valid ? exitCodes.ok : exitCodes.failed;
}

/** The plan for people: first what stands in the way, then stage by stage. */
export function dryRunText(answer: DryRun): string {
  const head = `Dry run of ${answer.application}/${answer.name}: nothing was started.`;
  const problems = answer.problems.map(({ pointer, reason }) => `  ! ${pointer} ${reason}`);
  return [head, ...problems, ...answer.notes.map((note) => `  ${note}`), ...answer.stages.flatMap(stageLines), ""].join(
    "\n",
  );
}

const WILL_RUN = { yes: "", no: " (skipped: its condition is false)", pending: " (its condition is decided later)" };

function stageLines(stage: DryRunStage): string[] {
  const after = stage.requires.length === 0 ? "" : ` after ${stage.requires.join(", ")}`;
  return [
    "",
    `${stage.refId} ${stage.name} [${stage.type}]${after}${WILL_RUN[stage.runs]}`,
    ...stage.calls.map((call) => `    → ${call}`),
    ...stage.notes.map((note) => `    ${note}`),
    ...stage.problems.map((problem) => `    ! ${problem}`),
    ...stage.pending.map(
      ({ pointer, expression, waitsFor }) => `    … ${pointer} ${expression} waits for ${waitsFor.join("; ")}`,
    ),
    ...Object.entries(stage.context).map(([key, value]) => `    ${key}: ${shorten(JSON.stringify(value))}`),
  ];
}

const shorten = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text);
