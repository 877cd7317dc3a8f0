import type { HeavyOutput, RunHeavily } from "../engine/heavy-expressions.ts";
import { createWorkers } from "../platform/workers/create-workers.ts";
import type { Releases } from "./releases.ts";

/** Threads for what would hold the event loop up; started when first needed, drained before the server ends. */
export function wireWorkers(releases: Releases): { evaluateHeavily: RunHeavily } {
  const workers = createWorkers({
    module: new URL("./heavy-work.ts", import.meta.url),
    threads: 2,
    queue: 500,
    memoryMb: 512,
    timeoutMs: 10_000,
  });
  releases.add("worker threads", (graceMs) => workers.stop(graceMs));
  return { evaluateHeavily: async (input) => (await workers.run("evaluateHeavily", input)) as HeavyOutput };
}
