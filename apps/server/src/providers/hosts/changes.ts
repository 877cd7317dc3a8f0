import { randomUUID } from "node:crypto";
import type { Database, Tx } from "../../platform/database/api.ts";
import type { EventLog } from "../../platform/events/api.ts";
import type { ProviderPort, ServerGroupRef } from "../port/api.ts";
import { type GroupRow, refKey, refOf } from "./store/rows.ts";

type Changed = { application: string; ref: ServerGroupRef };

export type Changes = {
  /** Writes the event of a change in its transaction; once stored, listeners here and on other replicas hear of it. */
  publish(tx: Tx, group: GroupRow): Promise<void>;
  onChange: ProviderPort["onChange"];
  /** Resolves when `done` first holds: asked at once, at each change of the group, and once a second. */
  until(ref: ServerGroupRef, signal: AbortSignal, done: () => Promise<boolean>): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

const CHANNEL = "hosts_changed";
const LOOK_MS = 1000;

export function createChanges(
  database: Database,
  events: EventLog,
  wake: (topics: readonly string[]) => void,
  heard: (ref: ServerGroupRef) => void,
  log: (message: string) => void,
): Changes {
  const self = randomUUID();
  const listeners = new Set<(changed: Changed) => void>();
  let leave: (() => Promise<void>) | null = null;

  const tell = (changed: Changed): void => {
    for (const listener of listeners) {
      try {
        listener(changed);
      } catch (error) {
        // The change is stored: a listener's fault must not look like the change's.
        log(`a listener to server groups failed: ${(error as Error).message}`);
      }
    }
    heard(changed.ref);
  };
  const onChange: Changes["onChange"] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return {
    onChange,

    async publish(tx, group) {
      const ref = refOf(group);
      const changed = { application: group.application, ref };
      await events.append(tx, [
        {
          type: "serverGroup.changed",
          application: group.application,
          subject: refKey(ref),
          data: {
            ...ref,
            cloudProvider: "hosts",
            cluster: group.cluster,
            disabled: group.disabled,
            desired: group.capacity_desired,
            health: { status: group.health_status, code: group.health_code, reason: group.health_reason },
          },
        },
      ]);
      tx.afterCommit(() => {
        tell(changed);
        wake([`account:${group.account}`]);
        database.notify(CHANNEL, JSON.stringify({ self, ...changed }));
      });
    },

    async until(ref, signal, done) {
      let look: () => void = () => undefined;
      const off = onChange((changed) => {
        if (refKey(changed.ref) === refKey(ref)) look();
      });
      const aborted = (): void => look();
      signal.addEventListener("abort", aborted);
      try {
        for (;;) {
          // Set before asking, so that a change meanwhile is not missed.
          const next = new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, LOOK_MS);
            look = () => {
              clearTimeout(timer);
              resolve();
            };
          });
          if (await done()) return look();
          signal.throwIfAborted();
          await next;
        }
      } finally {
        look();
        off();
        signal.removeEventListener("abort", aborted);
      }
    },

    async start() {
      leave = await database.listen(CHANNEL, (payload) => {
        const message = JSON.parse(payload) as Changed & { self: string };
        if (message.self !== self) tell({ application: message.application, ref: message.ref });
      });
    },

    async stop() {
      await leave?.();
      leave = null;
    },
  };
}
