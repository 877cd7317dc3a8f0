import type { ServerFlags } from "../../command.ts";
import { confirmed } from "../../confirm.ts";
import type { CliContext } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";
import type { FollowFlags } from "../execution/flags.ts";

export type OperateFlags = ServerFlags & FollowFlags & { namespace?: string; reason?: string; detach?: boolean };

type Job = { type: string; words: string; fields?: Record<string, unknown> };

export async function scaleObject(
  context: CliContext,
  flags: OperateFlags,
  account: string,
  kind: string,
  name: string,
  replicas: string,
): Promise<number> {
  if (!/^\d{1,9}$/.test(replicas)) throw usageError(`"${replicas}" is no number of replicas.`);
  const job = { type: "scaleManifest", words: `Scale ${name} to ${replicas}`, fields: { replicas: Number(replicas) } };
  return operate(context, flags, [account, kind, name], job);
}

const simple =
  (type: string, words: (name: string) => string) =>
  (context: CliContext, flags: OperateFlags, account: string, kind: string, name: string): Promise<number> =>
    operate(context, flags, [account, kind, name], { type, words: words(name) });

export const restartObject = simple("rollingRestartManifest", (name) => `Restart ${name}`);
export const pauseRollout = simple("pauseRolloutManifest", (name) => `Pause the rollout of ${name}`);
export const resumeRollout = simple("resumeRolloutManifest", (name) => `Resume the rollout of ${name}`);

export async function undoRollout(
  context: CliContext,
  flags: OperateFlags & { revision?: number; back?: number },
  account: string,
  kind: string,
  name: string,
): Promise<number> {
  const { revision, back = 1 } = flags;
  const fields = revision === undefined ? { numRevisionsBack: back } : { revision };
  const words = `Undo the rollout of ${name}`;
  return operate(context, flags, [account, kind, name], { type: "undoRolloutManifest", words, fields });
}

export async function deleteObject(
  context: CliContext,
  flags: OperateFlags & { yes?: boolean; orphan?: boolean },
  account: string,
  kind: string,
  name: string,
): Promise<number> {
  const what = flags.orphan === true ? `${kind} ${name}` : `${kind} ${name} and all that it owns`;
  if (!(await confirmed(context, flags, `Delete ${what} from ${account}?`))) return exitCodes.failed;
  const fields = { options: { cascading: flags.orphan !== true } };
  return operate(context, flags, [account, kind, name], { type: "deleteManifest", words: `Delete ${name}`, fields });
}

/** Starts the operation as a run of the object's application and, unless `--detach`, follows it: its outcome is the exit code. */
async function operate(
  context: CliContext,
  flags: OperateFlags,
  [account, kind, name]: [string, string, string],
  { type, words, fields = {} }: Job,
): Promise<number> {
  const connection = await connect(context, flags);
  const { namespace, reason } = flags;
  const { application, manifestName, live } = await connection.client.call("getKubernetesObject", {
    params: { account, kind, name },
    query: namespace === undefined ? {} : { namespace },
  });
  const metadata = live["metadata"] as { namespace?: string } | undefined;
  const job = {
    type,
    name: words,
    cloudProvider: "kubernetes",
    account,
    location: metadata?.namespace ?? "_",
    manifestName,
    ...fields,
  };
  const { id } = await connection.client.call("startOperation", {
    body: { application, description: words, job: [job], ...(reason === undefined ? {} : { reason }) },
  });
  if (flags.detach === true) {
    show(context, flags, { id }, (print) => print.text(`Started: ${words}\n  gennaker execution watch ${id}\n`));
    return exitCodes.ok;
  }
  const { watchExecution } = await import("../../watch/watch-execution.ts");
  return watchExecution(context, connection, id, {
    json: flags.json === true,
    cancelOnInterrupt: flags.cancelOnInterrupt === true,
  });
}
