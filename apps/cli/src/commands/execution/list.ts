import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { show } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import { ago, between } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";
import { findPipeline } from "../pipeline/find-pipeline.ts";
import { whyNow } from "./why-now.ts";

type ListFlags = ServerFlags & {
  pipeline?: string;
  name?: string;
  status?: readonly string[];
  triggerType?: readonly string[];
  by?: string;
  parameter?: readonly string[];
  artifact?: string;
  text?: string;
  from?: string;
  until?: string;
  limit?: number;
  before?: string;
};

export async function listExecutions(context: CliContext, flags: ListFlags, application?: string): Promise<void> {
  const { client } = await connect(context, flags);
  const pipeline = flags.pipeline === undefined ? undefined : await pipelineId(flags.pipeline);
  const executions = await client.call("listExecutions", {
    query: {
      application,
      pipeline,
      name: flags.name,
      statuses: joined(flags.status),
      triggerTypes: joined(flags.triggerType),
      user: flags.by,
      parameters: formOf(flags.parameter),
      artifact: flags.artifact,
      text: flags.text,
      from: instantOf(flags.from),
      until: instantOf(flags.until),
      limit: flags.limit,
      before: flags.before,
    } as never,
  });
  show(context, flags, executions, (print) =>
    print.table(
      [
        { title: "ID" },
        { title: "STATUS" },
        { title: "APPLICATION" },
        { title: "NAME", shrinkTo: 10 },
        { title: "STARTED" },
        { title: "TOOK" },
        { title: "BY", shrinkTo: 6 },
        { title: "WHY", shrinkTo: 10 },
      ],
      executions.map((execution) => [
        execution.id,
        { text: execution.status, tone: toneOf(execution.status) },
        execution.application,
        execution.name,
        ago(execution.buildTime, Date.now()),
        between(execution.startTime, execution.endTime, Date.now()),
        execution.authentication.user,
        whyNow(execution),
      ]),
      "There are no such executions. Start a pipeline:\n  gennaker pipeline start APPLICATION/NAME --follow",
    ),
  );

  async function pipelineId(text: string): Promise<string> {
    const inApplication = application !== undefined && !text.includes("/");
    return (await (inApplication ? findPipeline(client, application, text) : findPipeline(client, text, undefined))).id;
  }
}

function joined(values: readonly string[] | undefined): string | undefined {
  return values === undefined || values.length === 0 ? undefined : values.join(",");
}

/** `NAME=VALUE`s as the API takes them, encoded as a form. */
export function formOf(parameters: readonly string[] | undefined): string | undefined {
  if (parameters === undefined || parameters.length === 0) return undefined;
  const form = new URLSearchParams();
  for (const parameter of parameters) {
    const at = parameter.indexOf("=");
    if (at < 1) throw usageError(`"${parameter}" is no parameter.`, ["Say --parameter NAME=VALUE."]);
    form.append(parameter.slice(0, at), parameter.slice(at + 1));
  }
  return form.toString();
}

/** A day or a time, as the API takes it. What has no zone is read as UTC. */
export function instantOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const zoned = /[zZ]$|[+-]\d\d:?\d\d$/.test(text) || !text.includes("T") ? text : `${text}Z`;
  const time = Date.parse(zoned);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw usageError(`"${text}" is no time.`, ["Say a day or a time as 2026-05-04 or 2026-05-04T10:20:30Z."]);
}
