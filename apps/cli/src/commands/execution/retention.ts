import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";

type Policy = { keepDays: number | null; keepLast: number | null };
type SetFlags = ServerFlags & { days?: number; last?: number; forever?: boolean };

export async function showRetention(context: CliContext, flags: ServerFlags, application?: string): Promise<void> {
  const { client } = await connect(context, flags);
  if (application !== undefined) {
    const policy = await client.call("getApplicationRetention", { params: { application } });
    const whose = policy.source === "server" ? " (the server's policy)" : "";
    show(context, flags, policy, (print) => print.text(`${application}: ${inWords(policy)}${whose}\n`));
    return;
  }
  const all = await client.call("getRetention", {});
  show(context, flags, all, (print) => {
    print.text(`Server: ${inWords(all)}\n`);
    for (const each of all.applications) print.text(`${each.application}: ${inWords(each)}\n`);
  });
}

export async function setRetention(context: CliContext, flags: SetFlags, application?: string): Promise<void> {
  const body = policyOf(flags);
  const { client } = await connect(context, flags);
  const policy =
    application === undefined
      ? await client.call("setRetention", { body })
      : await client.call("setApplicationRetention", { params: { application }, body });
  show(context, flags, policy, (print) => print.text(`${application ?? "Server"}: ${inWords(policy)}\n`));
}

export async function clearRetention(context: CliContext, flags: ServerFlags, application: string): Promise<void> {
  const { client } = await connect(context, flags);
  const policy = await client.call("deleteApplicationRetention", { params: { application } });
  show(context, flags, policy, (print) => print.text(`${application}: ${inWords(policy)} (the server's policy)\n`));
}

export function policyOf({ days, last, forever }: Pick<SetFlags, "days" | "last" | "forever">): Policy {
  const limited = days !== undefined || last !== undefined;
  if (limited === (forever === true)) {
    throw usageError("How long are executions kept?", [
      "--days 90              at least 90 days after their end",
      "--last 50              at least the newest 50 of each pipeline",
      "--days 90 --last 50    what either keeps",
      "--forever              all of them",
    ]);
  }
  return { keepDays: days ?? null, keepLast: last ?? null };
}

export function inWords({ keepDays, keepLast }: Policy): string {
  const days = keepDays === null ? null : `${keepDays} day${keepDays === 1 ? "" : "s"} after its end`;
  const last = keepLast === null ? null : `among the newest ${keepLast} of its pipeline`;
  if (days === null && last === null) return "executions are kept for ever";
  if (days === null) return `an execution is kept while it is ${last}`;
  return last === null
    ? `an execution is kept ${days}`
    : `an execution is kept ${days}, and longer while it is ${last}`;
}
