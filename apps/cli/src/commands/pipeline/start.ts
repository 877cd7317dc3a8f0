import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";
import { readDocument } from "../../settings/read-document.ts";
import type { FollowFlags } from "../execution/flags.ts";
import { findPipeline } from "./find-pipeline.ts";
import { readParameters } from "./parameters.ts";

type StartFlags = ServerFlags &
  FollowFlags & { follow?: boolean; parameter?: readonly string[]; parameterFile?: string; reason?: string };

export async function startPipeline(
  context: CliContext,
  flags: StartFlags,
  first: string,
  second?: string,
): Promise<number> {
  const given = readParameters(flags.parameter ?? []);
  const connection = await connect(context, flags);
  const { client } = connection;
  const fromFile = flags.parameterFile === undefined ? {} : await readDocument(context, flags.parameterFile);
  const pipeline = await findPipeline(client, first, second);
  const { id } = await client.call("startPipeline", {
    params: { pipeline: pipeline.id },
    body: { parameters: { ...fromFile, ...given }, ...(flags.reason === undefined ? {} : { reason: flags.reason }) },
  });
  if (flags.follow === true) {
    const { watchExecution } = await import("../../watch/watch-execution.ts");
    return watchExecution(context, connection, id, {
      json: flags.json === true,
      cancelOnInterrupt: flags.cancelOnInterrupt === true,
    });
  }
  show(context, flags, { id }, (print) =>
    print.text(`Started ${pipeline.application}/${pipeline.name}: ${id}\n  gennaker execution watch ${id}\n`),
  );
  return exitCodes.ok;
}
