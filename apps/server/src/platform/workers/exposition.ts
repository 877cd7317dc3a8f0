import { family } from "../telemetry/telemetry.ts";
import type { WorkerFigures } from "./api.ts";

/** A pool's figures in the Prometheus text format. */
export function workersExposition({ threads, running, waiting, waitedMs, tasks }: WorkerFigures): string {
  const each = Object.entries(tasks);
  return [
    family("gennaker_worker_threads", "gauge", "Threads for heavy work that were started.", [["", threads]]),
    family("gennaker_worker_tasks_running", "gauge", "Pieces of heavy work that run.", [["", running]]),
    family("gennaker_worker_tasks_waiting", "gauge", "Pieces of heavy work that wait for a thread.", [["", waiting]]),
    family("gennaker_worker_wait_seconds_total", "counter", "Time that ended work waited for a thread.", [
      ["", waitedMs / 1e3],
    ]),
    family(
      "gennaker_worker_tasks_total",
      "counter",
      "Pieces of heavy work that ended.",
      each.flatMap(([task, { done, failed }]): [string, number][] => [
        [`{task="${task}",outcome="done"}`, done],
        [`{task="${task}",outcome="failed"}`, failed],
      ]),
    ),
    family(
      "gennaker_worker_run_seconds_total",
      "counter",
      "Time that ended work ran.",
      each.map(([task, { ranMs }]) => [`{task="${task}"}`, ranMs / 1e3]),
    ),
  ].join("");
}
