import { Worker } from "node:worker_threads";
import { WorkerFault, type WorkerFaultCode, type Workers } from "./api.ts";

export type WorkersOptions = {
  /** The module whose exports are the tasks. */
  module: URL;
  threads: number;
  /** Tasks that may wait; more are refused. */
  queue: number;
  /** Heap of one thread in MiB. */
  memoryMb: number;
  /** For a task that says nothing else. */
  timeoutMs: number;
};

type Job = {
  readonly task: string;
  readonly input: unknown;
  readonly timeoutMs: number;
  readonly queuedAt: number;
  readonly settle: (end: { value: unknown } | { error: unknown }) => void;
};

type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };
type Thread = { readonly worker: Worker; job: Job | null; startedAt: number; timer: NodeJS.Timeout | undefined };

const bootstrap = new URL("./worker-main.ts", import.meta.url);

/**
 * A pool of threads that are started when they are first needed. A thread that dies or is stopped fails only the task it was busy with;
 * the next task gets a new one.
 */
export function createWorkers(options: WorkersOptions): Workers {
  const threads = new Set<Thread>();
  const waiting: Job[] = [];
  const counts = { done: 0, failed: 0, waitedMs: 0, ranMs: 0 };
  const tasks: Record<string, { done: number; failed: number; ranMs: number }> = {};
  let stopped = false;

  const finish = (thread: Thread, end: { value: unknown } | { error: unknown }) => {
    clearTimeout(thread.timer);
    const job = thread.job;
    thread.job = null;
    if (job === null) return;
    const ranMs = performance.now() - thread.startedAt;
    const outcome = "error" in end ? "failed" : "done";
    const task = (tasks[job.task] ??= { done: 0, failed: 0, ranMs: 0 });
    for (const count of [counts, task]) {
      count[outcome] += 1;
      count.ranMs += ranMs;
    }
    counts.waitedMs += thread.startedAt - job.queuedAt;
    job.settle(end);
  };
  const kill = (thread: Thread, code: WorkerFaultCode, message: string) => {
    threads.delete(thread);
    finish(thread, { error: new WorkerFault(code, message) });
    void thread.worker.terminate();
  };
  const open = (): Thread => {
    const worker = new Worker(bootstrap, {
      workerData: { module: options.module.href },
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMb },
      stdout: false,
    });
    const thread: Thread = { worker, job: null, startedAt: 0, timer: undefined };
    threads.add(thread);
    worker.unref();
    worker.on("message", (answer: Answer) => {
      finish(thread, answer.ok ? { value: answer.value } : { error: answer.error });
      pump();
    });
    worker.on("error", (cause: NodeJS.ErrnoException) => {
      const memory = cause.code === "ERR_WORKER_OUT_OF_MEMORY";
      const said = memory
        ? `It needs more than ${options.memoryMb} MiB of memory.`
        : `Its thread died: ${cause.message}`;
      kill(thread, memory ? "memory" : "crashed", `The work was not finished. ${said}`);
      pump();
    });
    worker.on("exit", () => {
      if (threads.has(thread)) kill(thread, "crashed", "The work was not finished: its thread ended.");
      pump();
    });
    return thread;
  };
  const pump = () => {
    while (waiting.length > 0) {
      const idle =
        [...threads].find((thread) => thread.job === null) ?? (threads.size < options.threads ? open() : undefined);
      const job = idle === undefined ? undefined : waiting.shift();
      if (idle === undefined || job === undefined) return;
      idle.job = job;
      idle.startedAt = performance.now();
      idle.worker.ref();
      idle.timer = setTimeout(() => {
        kill(idle, "timeout", `The work was stopped after ${job.timeoutMs} milliseconds.`);
        pump();
      }, job.timeoutMs);
      idle.worker.postMessage({ task: job.task, input: job.input });
    }
    for (const thread of threads) if (thread.job === null) thread.worker.unref();
  };
  const cancel = (job: Job) => {
    const at = waiting.indexOf(job);
    const fault = new WorkerFault("cancelled", "The work was cancelled.");
    if (at >= 0) {
      waiting.splice(at, 1);
      job.settle({ error: fault });
      return;
    }
    const thread = [...threads].find((one) => one.job === job);
    if (thread !== undefined) kill(thread, "cancelled", fault.message);
    pump();
  };

  return {
    run(task, input, { signal, timeoutMs = options.timeoutMs } = {}) {
      if (stopped) return Promise.reject(new WorkerFault("stopped", "The server is stopping; try again in a moment."));
      if (signal?.aborted === true) return Promise.reject(new WorkerFault("cancelled", "The work was cancelled."));
      if (waiting.length >= options.queue)
        return Promise.reject(
          new WorkerFault("full", `${waiting.length} pieces of work are waiting already; try again later.`),
        );
      return new Promise((resolve, reject) => {
        const abort = () => cancel(job);
        const job: Job = {
          task,
          input,
          timeoutMs,
          queuedAt: performance.now(),
          settle(end) {
            signal?.removeEventListener("abort", abort);
            if ("error" in end) reject(end.error as Error);
            else resolve(end.value);
          },
        };
        signal?.addEventListener("abort", abort, { once: true });
        waiting.push(job);
        pump();
      });
    },
    figures: () => ({
      threads: threads.size,
      running: [...threads].filter((thread) => thread.job !== null).length,
      waiting: waiting.length,
      ...counts,
      tasks,
    }),
    async stop(graceMs) {
      stopped = true;
      for (const job of waiting.splice(0)) job.settle({ error: new WorkerFault("stopped", "The server was stopped.") });
      const until = Date.now() + graceMs;
      while ([...threads].some((thread) => thread.job !== null) && Date.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 10));
      for (const thread of threads) kill(thread, "stopped", "The server was stopped.");
    },
  };
}
