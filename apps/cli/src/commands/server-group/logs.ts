import { once } from "node:events";
import type { Instance } from "@gennaker/contract/resources/cluster.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { terminalOf } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { createStyle } from "../../output/style.ts";
import { connect } from "../../settings/connection.ts";
import { findServerGroup } from "./find-server-group.ts";

type LogFlags = ServerFlags & { tail?: number; follow?: boolean };

/** One instance's output as it is; of several, each line begins with the instance's id. */
export async function showLogs(context: CliContext, flags: LogFlags, text: string, instance?: string): Promise<number> {
  const { client } = await connect(context, flags);
  const group = await findServerGroup(client, text);
  const chosen = chooseInstances(group.instances, instance, group.name);
  const { stdout } = context.process;
  const stop = new AbortController();
  const offInterrupt = context.onInterrupt(() => stop.abort());
  const style = createStyle(terminalOf(context).color);
  const write = async (part: string) => {
    if (part !== "" && !stdout.write(part)) await once(stdout, "drain");
  };
  const { account, region, name } = group;
  const one = async (id: string) => {
    const lines =
      chosen.length === 1 && flags.json !== true
        ? null
        : lineWriter((line) =>
            flags.json === true ? `${JSON.stringify({ instance: id, line })}\n` : `${style("dim", id)}  ${line}\n`,
          );
    const query = { tail: flags.tail ?? 200, ...(flags.follow === true ? { follow: "true" as const } : {}) };
    const stream = client.stream("getLogs", {
      params: { account, region, serverGroup: name, instance: id },
      query,
      signal: stop.signal,
    });
    for await (const part of stream) await write(lines === null ? part : lines.take(part));
    if (lines !== null) await write(lines.rest());
  };
  try {
    await Promise.all(chosen.map(({ id }) => one(id)));
    return stop.signal.aborted ? exitCodes.interrupted : exitCodes.ok;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    offInterrupt();
  }
}

export function chooseInstances(instances: readonly Instance[], wanted: string | undefined, group: string): Instance[] {
  if (instances.length === 0) throw new CliError(`${group} has no instances.`);
  if (wanted === undefined) return [...instances];
  const found = instances.filter((instance) => instance.id === wanted || instance.id.endsWith(wanted));
  if (found.length === 1) return found;
  throw new CliError(`${group} has ${found.length === 0 ? "no instance" : "several instances"} "${wanted}".`, {
    next: instances.map((instance) => `${instance.id}  ${instance.state}`),
  });
}

/** Whole lines out of parts of text, each through `format`. */
export function lineWriter(format: (line: string) => string): { take(part: string): string; rest(): string } {
  let open = "";
  return {
    take(part) {
      const lines = (open + part).split("\n");
      open = lines.pop() ?? "";
      return lines.map(format).join("");
    },
    rest() {
      const last = open;
      open = "";
      return last === "" ? "" : format(last);
    },
  };
}
