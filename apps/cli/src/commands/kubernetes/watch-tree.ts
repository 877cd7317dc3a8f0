import { matches, type TreeFilter } from "@gennaker/client/kubernetes/filter.ts";
import type { TreeState } from "@gennaker/client/kubernetes/follow-tree.ts";
import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import type { CliContext } from "../../context.ts";
import { terminalOf } from "../../context.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show, type Printer } from "../../output/print.ts";
import { clock } from "../../output/time.ts";

/** A terminal is drawn anew so often at most. */
const drawMs = 300;
const toTop = "\u001b[H\u001b[2J";

type Options = {
  /** What changes as JSON lines. */
  json: boolean;
  filter: TreeFilter;
  print(print: Printer, state: TreeState): void;
};

/**
 * Follows a tree until Ctrl-C: on a terminal the whole of it, drawn anew; elsewhere a line for each object whose health
 * changes, comes or goes.
 */
export async function watchTree(
  context: CliContext,
  open: (signal: AbortSignal) => AsyncIterable<TreeState>,
  { json, filter, print }: Options,
): Promise<number> {
  const stop = new AbortController();
  const offInterrupt = context.onInterrupt(() => stop.abort());
  const { stdout } = context.process;
  const draws = !json && terminalOf(context).interactive;
  const drawing = { timer: null as NodeJS.Timeout | null };
  const told = new Map<string, { text: string; node: KubernetesNode }>();
  function changes(state: TreeState): void {
    const write = (type: "set" | "gone", node: KubernetesNode) =>
      stdout.write(json ? `${JSON.stringify({ type, node })}\n` : `${clock(Date.now())} ${words(type, node)}\n`);
    for (const node of state.nodes.values()) {
      if (!matches(node, filter)) continue;
      const text = json ? JSON.stringify(node) : `${node.health.state} ${node.health.message}`;
      if (told.get(node.id)?.text === text) continue;
      told.set(node.id, { text, node });
      write("set", node);
    }
    for (const [id, { node }] of told) {
      if (state.nodes.has(id)) continue;
      told.delete(id);
      write("gone", node);
    }
  }
  try {
    for await (const state of open(stop.signal)) {
      if (!draws) changes(state);
      else
        drawing.timer ??= setTimeout(() => {
          drawing.timer = null;
          stdout.write(toTop);
          show(context, {}, null, (printer) => print(printer, state));
        }, drawMs);
    }
    return stop.signal.aborted ? exitCodes.interrupted : exitCodes.ok;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    if (drawing.timer !== null) clearTimeout(drawing.timer);
    offInterrupt();
  }
}

function words(type: "set" | "gone", { kind, name, namespace, health }: KubernetesNode): string {
  const object = `${kind} ${namespace === null ? "" : `${namespace}/`}${name}`;
  return type === "gone" ? `${object} is gone` : `${object} ${health.state}: ${health.message}`;
}
