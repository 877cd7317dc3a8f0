import { once } from "node:events";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { exitCodes } from "../../exit-codes.ts";
import { connect } from "../../settings/connection.ts";

type LogFlags = ServerFlags & { container?: string; tail?: number; follow?: boolean; previous?: boolean };

/** The Pods' lines as they come, each after `pod/container: `; Ctrl-C ends it. */
export async function followPods(
  context: CliContext,
  flags: LogFlags,
  account: string,
  namespace: string,
  pods: string,
): Promise<number> {
  const { client } = await connect(context, flags);
  const { stdout } = context.process;
  const stop = new AbortController();
  const offInterrupt = context.onInterrupt(() => stop.abort());
  const { container, tail, follow, previous } = flags;
  try {
    const stream = client.stream("getKubernetesLogs", {
      params: { account, namespace },
      query: {
        pods,
        ...(container === undefined ? {} : { container }),
        ...(tail === undefined ? {} : { tail }),
        ...(follow === true ? { follow: "true" as const } : {}),
        ...(previous === true ? { previous: "true" as const } : {}),
      },
      signal: stop.signal,
    });
    for await (const part of stream) if (part !== "" && !stdout.write(part)) await once(stdout, "drain");
    return stop.signal.aborted ? exitCodes.interrupted : exitCodes.ok;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    offInterrupt();
  }
}
