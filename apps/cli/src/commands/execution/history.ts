import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { show } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import { connect } from "../../settings/connection.ts";

type HistoryFlags = ServerFlags & { at?: number; after?: number; limit?: number };

export async function executionHistory(context: CliContext, flags: HistoryFlags, id: string): Promise<void> {
  const { client } = await connect(context, flags);
  const { at, after, limit } = flags;
  const history = await client.call("getExecutionHistory", {
    params: { execution: id },
    query: { at, after, limit } as never,
  });
  show(context, flags, history, (print) => {
    print.table(
      [
        { title: "STEP" },
        { title: "TIME" },
        { title: "WHAT HAPPENED", shrinkTo: 20 },
        { title: "BEFORE" },
        { title: "AFTER" },
      ],
      history.steps.map((step) => [
        String(step.number),
        step.time,
        step.text,
        step.before ?? "",
        step.after === null ? "" : { text: step.after, tone: toneOf(step.after) },
      ]),
      "There are no steps behind this one.",
    );
    const { state } = history;
    if (state === null) return;
    print.text(`\nAfter step ${history.at} of ${history.total} the run is ${state.status}:\n`);
    print.table(
      [{ title: "STAGE" }, { title: "NAME", shrinkTo: 10 }, { title: "TYPE" }, { title: "STATUS" }],
      state.stages.map((stage) => [
        stage.refId,
        stage.name,
        stage.type,
        { text: stage.status, tone: toneOf(stage.status) },
      ]),
      "It has no stages.",
    );
  });
}
