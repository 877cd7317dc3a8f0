import { randomUUID } from "node:crypto";
import type { Database } from "../database/api.ts";
import { LeadershipLost, type Lead, type Leader } from "./api.ts";
import { fence, giveUpLease, takeLease, type Candidate } from "./lease.ts";

export type LeaderOptions = {
  database: Database;
  /** Unique among living replicas; the same after a restart in the same place. */
  replicaId: string;
  log(level: "info" | "warn", message: string): void;
  /** Independent leaders have different roles. Default `leader`. */
  role?: string;
  /** How long a leader that says nothing more stays leader. Default 15 s. */
  leaseMs?: number;
};

type Task = { name: string; everyMs: number; work: (lead: Lead) => Promise<void> };
type Term = { term: number; controller: AbortController; running: Set<Promise<void>>; timers: Set<NodeJS.Timeout> };

const channel = "gennaker_leader";

/** Leadership as a row: whoever holds it renews it three times a lease; others try as often, and at once when it is given up. */
export function createLeader(options: LeaderOptions): Leader {
  const { database, log } = options;
  const leaseMs = options.leaseMs ?? 15_000;
  const candidate: Candidate = {
    role: options.role ?? "leader",
    holder: options.replicaId,
    session: randomUUID(),
    leaseMs,
  };
  const tasks: Task[] = [];
  let current: Term | null = null;
  /** By the clock that never jumps; counted from before the statement was sent, so never later than the row says. */
  let leadsUntil = 0;
  let stopped = false;
  let next: NodeJS.Timeout | undefined;
  let expiry: NodeJS.Timeout | undefined;
  let standing: Promise<void> | null = null;
  let unlisten: (() => Promise<void>) | undefined;

  const leads = () => current !== null && performance.now() < leadsUntil;

  const loseTerm = () => {
    const lost = current;
    current = null;
    clearTimeout(expiry);
    if (lost === null) return;
    for (const timer of lost.timers) clearTimeout(timer);
    lost.controller.abort(new LeadershipLost(candidate.role, lost.term));
  };

  const perform = (term: Term, task: Task) => {
    if (term !== current || !leads()) return;
    const lead: Lead = {
      term: term.term,
      signal: term.controller.signal,
      transaction: (work) =>
        database.transaction(async (tx) => {
          await fence(tx, candidate, term.term);
          return work(tx);
        }),
    };
    const done = task
      .work(lead)
      .catch((error: unknown) => {
        if (term === current) log("warn", `${task.name} failed and is tried again: ${(error as Error).message}`);
      })
      .finally(() => {
        term.running.delete(done);
        if (term === current) plan(term, task, task.everyMs);
      });
    term.running.add(done);
  };

  const plan = (term: Term, task: Task, ms: number) => {
    const timer = setTimeout(() => {
      term.timers.delete(timer);
      perform(term, task);
    }, ms);
    timer.unref();
    term.timers.add(timer);
  };

  const stand = async (): Promise<void> => {
    const sent = performance.now();
    try {
      const term = await takeLease(database, candidate);
      if (stopped) return;
      if (term === null) loseTerm();
      else {
        leadsUntil = sent + leaseMs;
        clearTimeout(expiry);
        expiry = setTimeout(loseTerm, Math.max(0, leadsUntil - performance.now()));
        expiry.unref();
        if (current?.term !== term) beginTerm(term);
      }
    } catch (error) {
      if (current !== null) log("warn", `the leader's lease could not be renewed: ${(error as Error).message}`);
    }
  };

  const beginTerm = (number: number) => {
    loseTerm();
    const term: Term = { term: number, controller: new AbortController(), running: new Set(), timers: new Set() };
    current = term;
    expiry = setTimeout(loseTerm, Math.max(0, leadsUntil - performance.now()));
    expiry.unref();
    log("info", `this replica leads now (term ${number})`);
    for (const task of tasks) perform(term, task);
  };

  const tryNow = (): Promise<void> => {
    clearTimeout(next);
    if (stopped) return Promise.resolve();
    standing ??= stand().finally(() => {
      standing = null;
      if (stopped) return;
      next = setTimeout(() => void tryNow(), leaseMs / 3);
      next.unref();
    });
    return standing;
  };

  return {
    leads,
    run(name, everyMs, work) {
      if (tasks.some((task) => task.name === name)) throw new Error(`the leader already has a task named ${name}`);
      const task = { name, everyMs, work };
      tasks.push(task);
      if (current !== null) perform(current, task);
    },
    async start() {
      unlisten = await database.listen(channel, () => void tryNow());
      await tryNow();
    },
    async stop(graceMs = 2_000) {
      stopped = true;
      clearTimeout(next);
      const running = [...(current?.running ?? [])];
      loseTerm();
      await Promise.race([
        Promise.allSettled([...running, standing]),
        new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref()),
      ]);
      await unlisten?.().catch(() => undefined);
      await giveUpLease(database, candidate).catch(() => undefined);
      database.notify(channel, "");
    },
  };
}
