import { expect, test } from "vitest";
import { workersExposition } from "./exposition.ts";

test("the figures of a pool, and of each task", () => {
  const text = workersExposition({
    threads: 2,
    running: 1,
    waiting: 3,
    done: 4,
    failed: 1,
    waitedMs: 1_500,
    ranMs: 250,
    tasks: { readText: { done: 4, failed: 1, ranMs: 250 } },
  });
  for (const line of [
    "gennaker_worker_threads 2",
    "gennaker_worker_tasks_running 1",
    "gennaker_worker_tasks_waiting 3",
    "gennaker_worker_wait_seconds_total 1.5",
    'gennaker_worker_tasks_total{task="readText",outcome="done"} 4',
    'gennaker_worker_tasks_total{task="readText",outcome="failed"} 1',
    'gennaker_worker_run_seconds_total{task="readText"} 0.25',
    "# TYPE gennaker_worker_run_seconds_total counter",
  ])
    expect(text.split("\n")).toContain(line);
});
