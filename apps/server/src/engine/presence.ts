import type { Stage } from "@gennaker/engine-core/model.ts";
import type { Database } from "../platform/database/api.ts";
import type { Controls } from "./controls.ts";
import type { Log } from "./log.ts";
import { createLoop } from "./loop.ts";
import { findKey } from "./registry.ts";

export type Presence = {
  /** The registry key under which another living replica knows a stage's type, null when none does. */
  elsewhere(stage: Stage): string | null;
  begin(): Promise<void>;
  end(): Promise<void>;
};

/** Tells the other replicas which stage types this one has, and knows theirs: during an upgrade they differ. */
export function createPresence(options: {
  database: Database;
  controls: Controls;
  replicaId: string;
  stageTypes: readonly string[];
  everyMs: number;
  log: Log;
}): Presence {
  const { database, controls, replicaId, stageTypes } = options;
  const show = createLoop(options.log, "showing presence", async () => {
    await database.query("update engine_replica set seen_at = now() where id = $1", [replicaId]);
    await controls.read(database);
  });
  return {
    elsewhere(stage) {
      for (const replica of controls.current().replicas) {
        const key = replica.id === replicaId ? null : findKey(replica.stageTypes, stage);
        if (key !== null) return key;
      }
      return null;
    },
    async begin() {
      // The version makes the others read it before their next transition.
      await database.transaction(async (tx) => {
        await tx.query("update engine_control set version = version + 1");
        await tx.query("delete from engine_replica where seen_at < now() - interval '1 day'");
        await tx.query(
          `insert into engine_replica (id, stage_types, seen_at) values ($1, $2, now())
           on conflict (id) do update set stage_types = excluded.stage_types, seen_at = excluded.seen_at`,
          [replicaId, stageTypes],
        );
      });
      show.every(options.everyMs);
    },
    async end() {
      await show.stop();
      await database.query("delete from engine_replica where id = $1", [replicaId]);
    },
  };
}
