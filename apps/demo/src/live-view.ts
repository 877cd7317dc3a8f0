import type { Client } from "@gennaker/client/client.ts";
import { followEvents } from "@gennaker/client/events.ts";
import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";

export type Say = (line: string) => void;

const marks: Record<string, string> = {
  RUNNING: "▶",
  SUCCEEDED: "✔",
  TERMINAL: "✖",
  CANCELED: "◼",
  SKIPPED: "↷",
  STOPPED: "◼",
  FAILED_CONTINUE: "!",
  PAUSED: "‖",
};

/** Follows an execution by its events until it is complete, telling each change of a stage once. */
export async function watchExecution(client: Client, id: string, say: Say, signal: AbortSignal): Promise<Execution> {
  const told = new Map<string, string>();
  const stop = new AbortController();
  const both = AbortSignal.any([stop.signal, signal]);
  const wake = { resolve: () => {} };
  const following = followEvents({
    baseUrl: client.baseUrl,
    subject: id,
    signal: both,
    onEvent: () => wake.resolve(),
  }).catch(() => undefined);
  try {
    for (;;) {
      signal.throwIfAborted();
      const execution = await client.call("getExecution", { params: { execution: id } });
      for (const stage of execution.stages) tell(stage, told, say);
      if (completeStatuses.has(execution.status)) return execution;
      await new Promise<void>((resolve) => {
        wake.resolve = resolve;
        setTimeout(resolve, 1_000);
      });
    }
  } finally {
    stop.abort();
    await following;
  }
}

/** One line per change of state, and per new kind of waiting; figures that only move on are for the UI. */
function tell(stage: Stage, told: Map<string, string>, say: Say): void {
  const waiting = stage.tasks.find((task) => task.status === "RUNNING")?.waiting;
  const state = `${stage.status} ${stage.failure === null ? (waiting?.code ?? "") : "failed"}`;
  if (stage.status === "NOT_STARTED" || told.get(stage.id) === state) return;
  const wasWaiting = told.get(stage.id)?.startsWith("RUNNING") === true;
  told.set(stage.id, state);
  if (stage.status === "RUNNING" && wasWaiting && !waiting) return;
  const indent = stage.parentStageId ? "    " : "  ";
  const why = stage.failure?.message ?? (stage.status === "RUNNING" ? waiting?.message : undefined);
  const tail = why ? `: ${why}` : stage.status === "RUNNING" ? "" : ` (${stage.status.toLowerCase()})`;
  say(`${indent}${marks[stage.status] ?? "·"} ${stage.name}${tail}`);
}
