import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";
import type { FollowFlags } from "./flags.ts";

type RerunFlags = ServerFlags & FollowFlags & { same?: boolean; follow?: boolean };

export async function rerunExecution(context: CliContext, flags: RerunFlags, id: string): Promise<number> {
  const connection = await connect(context, flags);
  const started = await connection.client.call("rerunExecution", {
    params: { execution: id },
    body: { version: flags.same === true ? "same" : "newest" },
  });
  if (flags.follow === true) {
    const { watchExecution } = await import("../../watch/watch-execution.ts");
    const options = { json: flags.json === true, cancelOnInterrupt: flags.cancelOnInterrupt === true };
    return watchExecution(context, connection, started.id, options);
  }
  show(context, flags, started, (print) =>
    print.text(`Started again: ${started.id}\n  gennaker execution watch ${started.id}\n`),
  );
  return exitCodes.ok;
}
