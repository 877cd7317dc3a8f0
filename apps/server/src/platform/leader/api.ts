import type { Tx } from "../database/api.ts";

/** One term of leadership, as a task gets it. */
export type Lead = {
  /** The fencing token: greater than that of every leader before. */
  term: number;
  /** Aborted when the lease is lost or the process stops; a task ends soon after. */
  signal: AbortSignal;
  /**
   * Runs `work` in one transaction that commits only while this term lasts: nobody can take over before its end, and one that begins
   * after somebody did throws LeadershipLost. What only the leader may write is written here.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
};

export type Leader = {
  /** Runs `task` at once when this process begins to lead, and `everyMs` after each end of it while it leads. Names are unique. */
  run(name: string, everyMs: number, task: (lead: Lead) => Promise<void>): void;
  /** Does this process lead? Never true longer than its lease, even when it has just been stalled. */
  leads(): boolean;
  /** Begins to stand for election; resolves after the first try, whatever came of it. */
  start(): Promise<void>;
  /** Aborts the tasks, waits for them (at most `graceMs`, default 2 s), and lets the next one lead at once. */
  stop(graceMs?: number): Promise<void>;
};

/** This process no longer leads: what it was about to write has not been written. */
export class LeadershipLost extends Error {
  constructor(role: string, term: number) {
    super(`This process no longer leads (${role}, term ${term}): another replica has taken over. Nothing was written.`);
    this.name = "LeadershipLost";
  }
}
