import type { RouteResponse } from "@gennaker/contract/route.ts";
import type { Routes } from "@gennaker/contract/routes.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { show, type Printer } from "../../output/print.ts";
import { ago } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";

type Events = RouteResponse<Routes["getKubernetesObject"]>["events"];

export async function showEvents(
  context: CliContext,
  flags: ServerFlags & { namespace?: string },
  account: string,
  kind: string,
  name: string,
): Promise<void> {
  const { client } = await connect(context, flags);
  const { namespace } = flags;
  const { events } = await client.call("getKubernetesObject", {
    params: { account, kind, name },
    query: namespace === undefined ? {} : { namespace },
  });
  show(context, flags, events, (print) => printEvents(print, events));
}

/** Newest first. */
export function printEvents(print: Printer, events: Events): void {
  print.table(
    [
      { title: "LAST" },
      { title: "TYPE" },
      { title: "REASON" },
      { title: "TIMES", align: "right" },
      { title: "MESSAGE", shrinkTo: 10 },
    ],
    events.map((event) => [
      event.lastAt === null ? "" : ago(event.lastAt, Date.now()),
      { text: event.type, tone: event.type === "Warning" ? ("warn" as const) : ("plain" as const) },
      event.reason,
      event.count,
      event.message,
    ]),
    "No events.",
  );
}
