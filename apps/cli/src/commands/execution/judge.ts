import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { CliError, usageError } from "../../errors.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";
import { findStage, openJudgements } from "./find-stage.ts";

type JudgeFlags = ServerFlags & { stage?: string; input?: string; reason?: string };
type Decision = "continue" | "stop";

export async function judgeExecution(
  context: CliContext,
  flags: JudgeFlags,
  id: string,
  decision?: string,
): Promise<void> {
  const given = decision === undefined ? undefined : readDecision(decision);
  const { client } = await connect(context, flags);
  const execution = await client.call("getExecution", { params: { execution: id } });
  const stage = flags.stage === undefined ? theOpenOne(execution) : findStage(execution, flags.stage);
  const chosen = given ?? (await ask(context, stage));
  await client.call("judgeStage", {
    params: { execution: id, stage: stage.id },
    body: {
      decision: chosen,
      ...(flags.input === undefined ? {} : { input: flags.input }),
      ...(flags.reason === undefined ? {} : { reason: flags.reason }),
    },
  });
  show(context, flags, { execution: id, stage: stage.id, decision: chosen }, (print) =>
    print.text(`Judged "${stage.name}": ${chosen}.\n  gennaker execution watch ${id}\n`),
  );
}

export function readDecision(text: string): Decision {
  if (text === "continue" || text === "stop") return text;
  throw usageError(`"${text}" is no decision.`, ["Say continue or stop."]);
}

/** The judgement meant where none was named. */
export function theOpenOne(execution: Execution): Stage {
  const open = openJudgements(execution);
  const [only] = open;
  if (only !== undefined && open.length === 1) return only;
  if (open.length === 0) {
    throw new CliError(
      `No manual judgement of ${execution.id} waits for an answer (the execution is ${execution.status}).`,
      {
        next: [`gennaker execution get ${execution.id}`],
      },
    );
  }
  throw new CliError(`${open.length} judgements of ${execution.id} wait for an answer; say which.`, {
    next: open.map((stage) => `--stage ${stage.refId}    ${stage.name}`),
  });
}

async function ask(context: CliContext, stage: Stage): Promise<Decision> {
  if (context.stdin.isTTY !== true || context.process.stderr.isTTY !== true) {
    throw usageError(`How is "${stage.name}" decided?`, ["Say continue or stop after the execution's id."]);
  }
  const { isCancel, select } = await import("@clack/prompts");
  const instructions = stage.context["instructions"];
  const answer = await select<Decision>({
    message: `${stage.name}${typeof instructions === "string" && instructions !== "" ? `: ${instructions}` : ""}`,
    options: [
      { value: "continue", label: "Continue" },
      { value: "stop", label: "Stop" },
    ],
    input: context.stdin,
    output: context.process.stderr,
  });
  if (isCancel(answer)) throw new CliError("Nothing was decided.");
  return answer;
}
