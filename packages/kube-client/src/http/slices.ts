import { setImmediate as nextTurn } from "node:timers/promises";

/** Keeps long loops from holding the event loop: `due()` is cheap, and `yield()` lets other work run. */
export type Slices = { due(): boolean; yield(): Promise<void> };

export function createSlices(maxMs = 8, now: () => number = () => performance.now()): Slices {
  let began = now();
  return {
    due: () => now() - began >= maxMs,
    async yield() {
      await nextTurn();
      began = now();
    },
  };
}
