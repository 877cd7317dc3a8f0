import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { EmbeddedPostgres } from "@gennaker/embedded-postgres/start.ts";
import type { Database } from "../../apps/server/src/platform/database/api.ts";

const program = fileURLToPath(new URL("../../apps/server/src/engine/fixtures/child-engine.ts", import.meta.url));
const leaseSeconds = 3;
const slots = ["w0", "w1", "w2", "w3", "w4"];

/** The replica that is stopped and goes on again, rather than killed. */
export const staller = "staller";

/** Replicas in processes of their own, each with another clock, and what is done to them and to their database. */
export function createWorkers(postgres: EmbeddedPostgres, database: Database, targetKills: number, cache: string) {
  const children = new Set<ChildProcess>();
  const counts = {
    kills: 0,
    kills_while_starting: 0,
    stalls: 0,
    database_kills: 0,
    connections_cut: 0,
    hints_doubled: 0,
  };
  let done = false;
  const over = () => done;

  const launch = (replica: string, url = postgres.url): ChildProcess => {
    const offset = Math.round((Math.random() - 0.5) * 600_000);
    const child = spawn(process.execPath, [program, url, replica, String(leaseSeconds), String(offset)], {
      stdio: ["ignore", "pipe", "ignore"],
      // Compiled once: a kill is worth more than what a start costs.
      env: { ...process.env, NODE_COMPILE_CACHE: cache },
    });
    children.add(child);
    child.once("exit", () => children.delete(child));
    return child;
  };
  /** False when it ended before it was ready: a start while the database is away. */
  const ready = (child: ChildProcess): Promise<boolean> =>
    Promise.race([
      once(child.stdout as NodeJS.ReadableStream, "data").then(() => true),
      once(child, "exit").then(() => false),
    ]);
  const kill = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
    counts.kills += 1;
  };

  const slot = async (replica: string) => {
    while (!done) {
      const child = launch(replica);
      if (Math.random() < 0.1) {
        await sleep(Math.random() * 400);
        counts.kills_while_starting += 1;
      } else if (await ready(child)) {
        await sleep(10 + Math.random() * 500);
      }
      await kill(child);
      if (counts.kills >= targetKills) done = true;
    }
  };

  const stall = async () => {
    while (!done) {
      const child = launch(staller);
      const gone = () => child.exitCode !== null || child.signalCode !== null;
      await ready(child);
      while (!done && !gone()) {
        await sleep(200 + Math.random() * 800);
        child.kill("SIGSTOP");
        await sleep((0.5 + Math.random()) * leaseSeconds * 1_500);
        child.kill("SIGCONT");
        counts.stalls += 1;
      }
      child.kill("SIGKILL");
    }
  };

  const harass = async () => {
    for (let round = 1; !done; round += 1) {
      await sleep(3_000);
      if (round % 15 === 0) {
        process.kill(postgres.pid, "SIGKILL");
        counts.database_kills += 1;
        await postgres.restart();
        continue;
      }
      const cut = await database
        .query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid() and random() < 0.1`,
        )
        .catch(() => []);
      counts.connections_cut += cut.length;
      for (let twice = 0; twice < 2; twice += 1) database.notify("gennaker_engine", `nobody-${round}-${twice}`);
      counts.hints_doubled += 2;
    }
  };

  return {
    over,
    counts: () => counts,
    /** Until so many processes have been killed. */
    async storm() {
      // What is compiled is kept by a process that ends by itself: this one finds no database.
      await once(launch("warm-up", "postgresql://nobody@127.0.0.1:1/none"), "exit");
      await Promise.all([...slots.map(slot), stall(), harass()]);
    },
    /** Two replicas that nothing is done to. */
    async calm() {
      for (const replica of ["w0", "w1"]) while (!(await ready(launch(replica)))) await sleep(200);
    },
    async stop() {
      await Promise.all(
        [...children].map(async (child) => {
          child.kill("SIGKILL");
          await once(child, "exit");
        }),
      );
    },
  };
}
