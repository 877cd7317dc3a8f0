import type { Log } from "./log.ts";

/** How to let go of what was started, in the opposite order. */
export type Releases = {
  /** Notes how to let go of something that has just been taken or started. */
  add(what: string, release: (graceMs: number) => Promise<void> | void): void;
  /** Lets go of everything, last first. One that fails is logged and does not keep the others. Doing it twice does it once. */
  run(graceMs: number): Promise<void>;
};

const slowMs = 2_000;

export function createReleases(log: Log): Releases {
  const noted: { what: string; release: (graceMs: number) => Promise<void> | void }[] = [];
  return {
    add(what, release) {
      noted.push({ what, release });
    },
    async run(graceMs) {
      for (let next = noted.pop(); next !== undefined; next = noted.pop()) {
        const since = Date.now();
        try {
          await next.release(graceMs);
          const milliseconds = Date.now() - since;
          if (milliseconds > slowMs) log("info", `stopping ${next.what} took a while`, { milliseconds });
        } catch (error) {
          log("error", `${next.what} could not be stopped cleanly`, {
            cause: error instanceof Error ? error.message : String(error),
          });
        }
      }
    },
  };
}
