import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { show } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import { ago, between } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";
import { findPipeline } from "../pipeline/find-pipeline.ts";
import { whyNow } from "./why-now.ts";

type ListFlags = ServerFlags & { pipeline?: string; status?: readonly string[]; limit?: number; before?: string };

export async function listExecutions(context: CliContext, flags: ListFlags, application?: string): Promise<void> {
  const { client } = await connect(context, flags);
  const pipeline = flags.pipeline === undefined ? undefined : await pipelineId(flags.pipeline);
  const executions = await client.call("listExecutions", {
    query: {
      application,
      pipeline,
      limit: flags.limit,
      before: flags.before,
      statuses: flags.status === undefined || flags.status.length === 0 ? undefined : flags.status.join(","),
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
