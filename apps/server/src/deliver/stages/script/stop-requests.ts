import type { Database } from "../../../platform/database/api.ts";
import type { LocalScripts, ScriptRunner } from "./api.ts";

const channel = "gennaker_script_stop";
/** A lost NOTIFY is made good by the next look. */
const sweepMs = 10_000;
const patienceMs = 30_000;
const lookMs = 200;

export type StopRequests = ScriptRunner & {
  /** Begins to stop scripts of this machine that other servers ask for. The answer ends that. */
  follow(): Promise<() => Promise<void>>;
};

/**
 * Scripts that can be stopped from every server: a request is a row that the server of the script's machine takes. `patienceMs` is how
 * long its answer is awaited; the row stays, so that it is done once that server is back.
 */
export function withStopRequests(
  local: LocalScripts,
  options: { database: Database; log(message: string): void; patienceMs?: number },
): StopRequests {
  const { database } = options;

  async function take(): Promise<void> {
    const rows = await database.query<{ script: string; owner: string | null }>(
      "select script, owner from script_stop where owner = $1 or owner is null",
      [local.owner],
    );
    for (const { script, owner } of rows) {
      // Nobody's request is another machine's where this one never had such a script.
      if (owner === null && (await local.look(script)).kind === "none") continue;
      await local.stop(script);
      await database.query("delete from script_stop where script = $1", [script]);
    }
    await database.query("delete from script_stop where requested_at < now() - interval '7 days'");
  }

  async function isDone(script: string): Promise<boolean> {
    return (await database.query("select 1 from script_stop where script = $1", [script])).length === 0;
  }

  return {
    ...local,
    async stopAnywhere(owner, script, signal) {
      if (owner === local.owner) {
        await local.stop(script);
        return true;
      }
      if (owner === null) await local.stop(script);
      await database.query(
        "insert into script_stop (script, owner) values ($1, $2) on conflict (script) do update set requested_at = now()",
        [script, owner],
      );
      database.notify(channel, script);
      if (owner === null) return true;
      const end = Date.now() + (options.patienceMs ?? patienceMs);
      while (Date.now() < end && !signal.aborted) {
        if (await isDone(script)) return true;
        await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
      return await isDone(script);
    },
    async follow() {
      let looking: Promise<void> = Promise.resolve();
      const look = () => {
        looking = looking.then(take).catch((error: unknown) => {
          options.log(`requests to stop scripts could not be read, they are read again: ${String(error)}`);
        });
      };
      const unlisten = await database.listen(channel, look);
      const timer = setInterval(look, sweepMs);
      look();
      return async () => {
        clearInterval(timer);
        await unlisten();
        await looking;
      };
    },
  };
}
