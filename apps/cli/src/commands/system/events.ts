import { followEvents } from "@gennaker/client/events.ts";
import type { LiveEvent } from "@gennaker/contract/resources/system.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { terminalOf } from "../../context.ts";
import { exitCodes } from "../../exit-codes.ts";
import { createStyle } from "../../output/style.ts";
import type { Style } from "../../output/style.ts";
import { toneOf } from "../../output/style.ts";
import { plain } from "../../output/width.ts";
import { connect } from "../../settings/connection.ts";

type EventFlags = ServerFlags & { application?: string; subject?: string };

export async function showEvents(context: CliContext, flags: EventFlags): Promise<number> {
  const { client, server, headers } = await connect(context, flags);
  await client.call("getSystem", {});
  const { stdout, stderr } = context.process;
  const style = createStyle(terminalOf(context).color);
  const stop = new AbortController();
  const { promise: interrupted, resolve } = Promise.withResolvers<void>();
  const offInterrupt = context.onInterrupt(resolve);
  let lost = false;
  void followEvents({
    baseUrl: server,
    headers,
    signal: stop.signal,
    ...(flags.application === undefined ? {} : { application: flags.application.toLowerCase() }),
    ...(flags.subject === undefined ? {} : { subject: flags.subject }),
    onEvent(event) {
      stdout.write(`${flags.json === true ? JSON.stringify(event) : eventLine(event, style)}\n`);
    },
    onState(state) {
      if (state === "disconnected" && !lost && !stop.signal.aborted) stderr.write("connection lost, trying again …\n");
      if (state === "connected") stderr.write(lost ? "connected again\n" : `following ${server}; Ctrl-C ends\n`);
      lost = state === "disconnected";
    },
  });
  await interrupted;
  stop.abort();
  offInterrupt();
  return exitCodes.interrupted;
}

/** `10:20:30 stage.status  shop  Deploy RUNNING  01J8…` */
export function eventLine(event: LiveEvent, style: Style): string {
  const text = (name: string) => (typeof event.data[name] === "string" ? plain(event.data[name]) : "");
  const waiting = event.data["waiting"] ?? event.data["failure"];
  const words =
    typeof waiting === "object" && waiting !== null && "message" in waiting ? plain(String(waiting.message)) : "";
  const status = text("status");
  return [
    event.time.slice(11, 19),
    event.type,
    event.application ?? "",
    text("name"),
    style(toneOf(status), status),
    words,
    style("dim", event.subject),
  ]
    .filter((part) => part !== "")
    .join("  ");
}
