import type { ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import type { ServerFlags } from "../../command.ts";
import { confirmed } from "../../confirm.ts";
import type { CliContext } from "../../context.ts";
import { CliError, usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import type { Connection } from "../../settings/connection.ts";
import { connect } from "../../settings/connection.ts";
import type { FollowFlags } from "../execution/flags.ts";
import { findServerGroup, previousServerGroup } from "./find-server-group.ts";
import type { Job } from "./jobs.ts";
import { destroyJob, disableJob, enableJob, newCapacity, resizeJob, rollbackJob } from "./jobs.ts";

export type ChangeFlags = ServerFlags & FollowFlags & { detach?: boolean; reason?: string };

export async function enableServerGroup(context: CliContext, flags: ChangeFlags, text: string): Promise<number> {
  const connection = await connect(context, flags);
  const group = await findServerGroup(connection.client, text);
  return operate(context, connection, flags, group, enableJob(group));
}

export async function disableServerGroup(context: CliContext, flags: ChangeFlags, text: string): Promise<number> {
  const connection = await connect(context, flags);
  const group = await findServerGroup(connection.client, text);
  return operate(context, connection, flags, group, disableJob(group));
}

export async function destroyServerGroup(
  context: CliContext,
  flags: ChangeFlags & { yes?: boolean },
  text: string,
): Promise<number> {
  const connection = await connect(context, flags);
  const group = await findServerGroup(connection.client, text);
  const running = group.instances.filter((instance) => instance.state === "up").length;
  if (!(await confirmed(context, flags, `Destroy ${group.name} with ${running} running instances?`)))
    return exitCodes.failed;
  return operate(context, connection, flags, group, destroyJob(group));
}

type ResizeFlags = ChangeFlags & { min?: number; max?: number };

export async function resizeServerGroup(
  context: CliContext,
  flags: ResizeFlags,
  text: string,
  size?: string,
): Promise<number> {
  if (size !== undefined && !/^\d{1,9}$/.test(size)) throw usageError(`"${size}" is no number of instances.`);
  if (size === undefined && flags.min === undefined && flags.max === undefined) {
    throw usageError("Nothing to resize to.", [`gennaker server-group resize ${text} 3`]);
  }
  const connection = await connect(context, flags);
  const group = await findServerGroup(connection.client, text);
  const capacity = newCapacity(group.capacity, {
    ...(size === undefined ? {} : { desired: Number(size) }),
    ...(flags.min === undefined ? {} : { min: flags.min }),
    ...(flags.max === undefined ? {} : { max: flags.max }),
  });
  return operate(context, connection, flags, group, resizeJob(group, capacity));
}

export async function rollbackServerGroup(
  context: CliContext,
  flags: ChangeFlags & { to?: string },
  text: string,
): Promise<number> {
  const connection = await connect(context, flags);
  const bad = await findServerGroup(connection.client, text);
  const good =
    flags.to === undefined ? await previousOf(connection, bad) : await findServerGroup(connection.client, flags.to);
  return operate(context, connection, flags, bad, rollbackJob(bad, good));
}

async function previousOf({ client }: Connection, bad: ServerGroup): Promise<ServerGroup> {
  const clusters = await client.call("listClusters", { params: { application: bad.application } });
  const found = previousServerGroup(clusters, bad);
  if (found) return found;
  throw new CliError(
    `Cluster ${bad.cluster} has no earlier server group than ${bad.name} in ${bad.account}/${bad.region}.`,
    {
      next: [
        `gennaker server-group rollback ${bad.name} --to SERVER_GROUP`,
        `gennaker cluster list ${bad.application}`,
      ],
    },
  );
}

/** Starts the operation and, unless `--detach`, follows it: its outcome is the exit code. */
async function operate(
  context: CliContext,
  connection: Connection,
  flags: ChangeFlags,
  group: ServerGroup,
  job: Job,
): Promise<number> {
  const description = `${String(job["name"])}${flags.reason === undefined ? "" : ` (${flags.reason})`}`;
  const { id } = await connection.client.call("startOperation", {
    body: { application: group.application, description, job: [job] },
  });
  if (flags.detach === true) {
    show(context, flags, { id }, (print) => print.text(`Started: ${description}\n  gennaker execution watch ${id}\n`));
    return exitCodes.ok;
  }
  const { watchExecution } = await import("../../watch/watch-execution.ts");
  return watchExecution(context, connection, id, {
    json: flags.json === true,
    cancelOnInterrupt: flags.cancelOnInterrupt === true,
  });
}
