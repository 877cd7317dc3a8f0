/** Threads for work that would hold the event loop up. */
export type Workers = {
  /**
   * Runs a task by its name in a thread: the default is a function `(input) => output` of the pool's module. Input and output are copied
   * as structured clones. Rejects with `WorkerFault` when the queue is full, the thread dies, time or memory run out, or it is cancelled;
   * with the task's own error otherwise.
   */
  run(task: string, input: unknown, options?: { signal?: AbortSignal; timeoutMs?: number }): Promise<unknown>;
  /** Figures for the metrics. */
  figures(): WorkerFigures;
  /** Waits for what runs, refuses what comes, and ends the threads; after `graceMs` whatever still runs fails. */
  stop(graceMs: number): Promise<void>;
};

export type WorkerFigures = {
  threads: number;
  running: number;
  waiting: number;
  done: number;
  failed: number;
  /** Milliseconds that ended tasks waited for a thread, and ran. */
  waitedMs: number;
  ranMs: number;
  /** The same for each task by its name. */
  tasks: Readonly<Record<string, { done: number; failed: number; ranMs: number }>>;
};

export type WorkerFaultCode = "full" | "crashed" | "memory" | "timeout" | "cancelled" | "stopped";

/** Why a task has no result although it did nothing wrong itself. */
export class WorkerFault extends Error {
  readonly code: WorkerFaultCode;

  constructor(code: WorkerFaultCode, message: string) {
    super(message);
    this.name = "WorkerFault";
    this.code = code;
  }
}
