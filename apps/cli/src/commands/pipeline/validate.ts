import { validateLine } from "@gennaker/pipeline-model/json-line.ts";
import { stageRules } from "@gennaker/pipeline-model/stages/registry.ts";
import { validatePipeline } from "@gennaker/pipeline-model/validate-pipeline.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { answerLines } from "../../offline/answer-lines.ts";
import { show } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import { readDocument } from "../../settings/read-document.ts";

export type ValidateFlags = ServerFlags & { file?: string; online?: boolean };

type Found = { level: string; pointer: string; reason: string; suggestion: string | null };
type Verdict = { valid: boolean; problems: Found[] };

/** Without a file: JSON lines. With one: a table for a person, exit code 1 if there are errors. */
export async function validatePipelines(context: CliContext, flags: ValidateFlags): Promise<number> {
  if (flags.file === undefined) {
    if (flags.online === true)
      throw usageError("--online needs --file.", ["gennaker pipeline validate --online --file pipeline.json"]);
    await answerLines(context, (line) => validateLine(line, stageRules));
    return exitCodes.ok;
  }
  const document = await readDocument(context, flags.file);
  const { valid, problems } = flags.online === true ? await askServer(context, flags, document) : offline(document);
  show(context, flags, { valid, problems }, (print) => {
    const rows = problems.map((problem) => [
      { text: problem.level, tone: toneOf(problem.level) },
      problem.pointer === "" ? "(document)" : problem.pointer,
      problem.suggestion === null ? problem.reason : `${problem.reason}; did you mean "${problem.suggestion}"?`,
    ]);
    if (rows.length > 0)
      print.table([{ title: "LEVEL" }, { title: "WHERE", shrinkTo: 16 }, { title: "WHAT", shrinkTo: 40 }], rows, "");
    const errors = problems.filter((problem) => problem.level === "error").length;
    print.text(
      valid
        ? `${flags.file} is a valid pipeline.\n`
        : `${flags.file} has ${errors} ${errors === 1 ? "error" : "errors"}.\n`,
    );
  });
  return valid ? exitCodes.ok : exitCodes.failed;
}

function offline(document: unknown): Verdict {
  const { valid, problems } = validatePipeline(document, stageRules);
  return {
    valid,
    problems: problems.map(({ level, pointer, message, suggestion }) => ({
      level,
      pointer,
      reason: message,
      suggestion: suggestion ?? null,
    })),
  };
}

async function askServer(context: CliContext, flags: ServerFlags, document: Record<string, unknown>): Promise<Verdict> {
  const { connect } = await import("../../settings/connection.ts");
  const { client } = await connect(context, flags);
  const { valid, problems } = await client.call("validatePipeline", { body: document });
  return {
    valid,
    problems: problems.map(({ level, pointer, reason, suggestion }) => ({
      level,
      pointer,
      reason,
      suggestion: suggestion ?? null,
    })),
  };
}
