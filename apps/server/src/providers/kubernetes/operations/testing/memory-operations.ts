import type { Creation, OperationStore } from "../operation-store.ts";

/** What operation keys stand for, kept in memory. */
export function createMemoryOperations(): OperationStore {
  const known = new Map<string, { words: string; done: boolean; creation: Creation | null }>();
  const numbers = new Map<string, number>();
  return {
    async begin(key, kind, ref) {
      const words = `${kind} ${ref.name}`;
      const row = known.get(key) ?? { words, done: false, creation: null };
      if (row.words !== words) throw new Error(`The operation key ${key} stands for another operation (${row.words}).`);
      known.set(key, row);
      return !row.done;
    },
    async reserve(key, { account, region, cluster }, latest, make) {
      const row = known.get(key);
      if (row?.creation) return row.done ? { ...row.creation, manifest: null } : row.creation;
      const place = `${account}/${region}/${cluster}`;
      const sequence = Math.max(latest ?? -1, numbers.get(place) ?? -1) + 1;
      numbers.set(place, sequence);
      const creation = make(sequence);
      known.set(key, { words: `create ${creation.name}`, done: false, creation });
      return creation;
    },
    async done(key) {
      const row = known.get(key);
      if (row !== undefined) row.done = true;
    },
  };
}
