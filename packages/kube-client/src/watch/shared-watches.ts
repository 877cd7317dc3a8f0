import type { KubeClient } from "../client.ts";
import { createInformer, type Informer, type InformerOptions } from "./informer.ts";

/** What several users may share: `variant` names the transform and indexes, which cannot be compared. */
export type SharedWatchOptions = InformerOptions & { variant?: string };

/** A user's part in a shared watch. `release` instead of `stop`; its listeners go with it. */
export type SharedWatch = Omit<Informer, "stop"> & { release(): Promise<void> };

export type SharedWatches = {
  /** The watch of this kind, namespace, selectors and variant: opened for the first user, shared by all others. */
  open(options: SharedWatchOptions): SharedWatch;
  /** The watches that are open, with their users. */
  active(): { key: string; users: number; informer: Informer }[];
  close(): Promise<void>;
};

/** One watch per kind and selection, whoever asks. It ends when its last user has been gone for `lingerMs`. */
export function createSharedWatches(client: KubeClient, { lingerMs = 0 }: { lingerMs?: number } = {}): SharedWatches {
  type Entry = { informer: Informer; users: number; ending: NodeJS.Timeout | null };
  const entries = new Map<string, Entry>();

  async function end(key: string, entry: Entry): Promise<void> {
    if (entries.get(key) === entry) entries.delete(key);
    if (entry.ending !== null) clearTimeout(entry.ending);
    await entry.informer.stop();
  }

  async function leave(key: string, entry: Entry): Promise<void> {
    entry.users -= 1;
    if (entry.users > 0) return;
    if (lingerMs === 0) return end(key, entry);
    entry.ending = setTimeout(() => void end(key, entry), lingerMs);
    entry.ending.unref();
  }

  return {
    open(options) {
      const key = keyOf(options);
      const entry = entries.get(key) ?? { informer: createInformer(client, options), users: 0, ending: null };
      entries.set(key, entry);
      if (entry.ending !== null) clearTimeout(entry.ending);
      entry.ending = null;
      entry.users += 1;
      return handleOf(entry.informer, () => leave(key, entry));
    },
    active: () => [...entries].map(([key, { users, informer }]) => ({ key, users, informer })),
    async close() {
      await Promise.all([...entries].map(([key, entry]) => end(key, entry)));
    },
  };
}

function handleOf(informer: Informer, leave: () => Promise<void>): SharedWatch {
  const { stop: _stop, ...shared } = informer;
  const ways = new Set<() => void>();
  let left: Promise<void> | null = null;
  const keep = (off: () => void) => {
    ways.add(off);
    return () => {
      ways.delete(off);
      off();
    };
  };
  return {
    ...shared,
    onChange: (listener, options) => keep(informer.onChange(listener, options)),
    onStatus: (listener) => keep(informer.onStatus(listener)),
    release() {
      if (left !== null) return left;
      for (const off of ways) off();
      left = leave();
      return left;
    },
  };
}

function keyOf(options: SharedWatchOptions): string {
  const { kind, namespace = "", labelSelector = "", fieldSelector = "", variant = "" } = options;
  return JSON.stringify([kind.apiVersion, kind.kind, namespace, labelSelector, fieldSelector, variant]);
}
