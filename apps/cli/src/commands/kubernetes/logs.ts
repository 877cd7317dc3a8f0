import { once } from "node:events";
import type { Client } from "@gennaker/client/client.ts";
import { podsBelow } from "@gennaker/client/kubernetes/pods-below.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { terminalOf } from "../../context.ts";
import { CliError, usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { createStyle, type Style, type Tone } from "../../output/style.ts";
import { connect } from "../../settings/connection.ts";
import { wholeTree } from "./read-tree.ts";

type LogFlags = ServerFlags & {
  container?: string;
  tail?: number;
  follow?: boolean;
  previous?: boolean;
  since?: string;
  times?: boolean;
};

/** Colours of sources on a terminal; the prefix says the same in words. */
const tones: readonly Tone[] = ["busy", "good", "warn", "strong", "bad", "dim"];
const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** The Pods' lines as they come, each after `pod/container: `; Ctrl-C ends it. */
export async function followPods(
  context: CliContext,
  flags: LogFlags,
  account: string,
  namespace: string,
  objects: string,
): Promise<number> {
  const since = sinceOf(flags.since);
  const { client } = await connect(context, flags);
  const { stdout } = context.process;
  const stop = new AbortController();
  const offInterrupt = context.onInterrupt(() => stop.abort());
  const { container, tail, follow, previous, times } = flags;
  const paint = painter(createStyle(terminalOf(context).color), times === true);
  try {
    const pods = await podsOf(client, account, namespace, objects);
    const stream = client.stream("getKubernetesLogs", {
      params: { account, namespace },
      query: {
        pods: pods.join(","),
        ...(container === undefined ? {} : { container }),
        ...(tail === undefined ? {} : { tail }),
        ...(since === undefined ? {} : { since }),
        ...(follow === true ? { follow: "true" as const } : {}),
        ...(previous === true ? { previous: "true" as const } : {}),
        ...(times === true ? { times: "true" as const } : {}),
      },
      signal: stop.signal,
    });
    for await (const part of stream) {
      const text = paint(part);
      if (text !== "" && !stdout.write(text)) await once(stdout, "drain");
    }
    const rest = paint("", true);
    if (rest !== "") stdout.write(rest);
    return stop.signal.aborted ? exitCodes.interrupted : exitCodes.ok;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    offInterrupt();
  }
}

/** `90s`, `5m`, `2h`, `1d` as seconds. */
function sinceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const factor = seconds[unit];
  if (factor === undefined || Number(number) === 0)
    throw usageError(`"${text}" is no time.`, ["Write 90s, 5m, 2h or 1d."]);
  return Number(number) * factor;
}

/** Names of Pods as they are; `deployment/web` stands for the Pods below it now. */
async function podsOf(client: Client, account: string, namespace: string, objects: string): Promise<string[]> {
  const names = objects.split(",").map((name) => name.trim());
  if (!names.some((name) => name.includes("/"))) return names;
  const { nodes } = await wholeTree(client, { account, namespace });
  return names.flatMap((text) => {
    const [kind = "", name] = text.split("/");
    if (name === undefined) return [text];
    const found = [...nodes.values()].find(
      (node) => node.kind.toLowerCase() === kind.toLowerCase() && node.name === name,
    );
    if (found === undefined)
      throw new CliError(`There is no ${kind} ${name} in ${account}/${namespace}.`, { next: [] });
    const pods = podsBelow(found, nodes.values()).map((pod) => pod.name);
    if (pods.length === 0) throw new CliError(`${found.kind} ${name} has no Pods now.`, { next: [] });
    return pods;
  });
}

/** Colours each line's prefix, however the text is cut. Without colour it passes everything on as it is. */
function painter(style: Style, times: boolean): (part: string, last?: boolean) => string {
  if (style("strong", "x") === "x") return (part) => part;
  const known = new Map<string, Tone>();
  let rest = "";
  return (part, last = false) => {
    const lines = (rest + part).split("\n");
    rest = last ? "" : (lines.pop() ?? "");
    return lines
      .filter((line) => !last || line !== "")
      .map((line) => {
        const [, time = "", source = "", text = ""] = (times ? timed : untimed).exec(line) ?? [];
        if (source === "") return `${line}\n`;
        const tone = known.get(source) ?? tones[known.size % tones.length] ?? "plain";
        known.set(source, tone);
        return `${style("dim", time)}${style(tone, `${source}:`)}${text}\n`;
      })
      .join("");
  };
}

const timed = /^(\S+ )([^\s/]+\/[^\s:]+):(.*)$/;
const untimed = /^()([^\s/]+\/[^\s:]+):(.*)$/;
