import { looksLikeJson, readText, type ReadText } from "@gennaker/pipeline-model/import/read-text.ts";
import type { HeavyOutput, RunHeavily } from "../engine/heavy-expressions.ts";
import type { JudgeAnswer, JudgeElsewhere } from "../judge/canary/run/judge-pairs.ts";
import { createWorkers } from "../platform/workers/create-workers.ts";
import { workersExposition } from "../platform/workers/exposition.ts";
import { readManifests, type ReadManifests } from "../providers/kubernetes/manifest/read-manifests.ts";
import type { Releases } from "./releases.ts";

/** Characters of YAML that are read on the event loop: about fifty milliseconds. JSON is read fifty times faster. */
const lightText = 64 * 1024;
const patienceMs = 10_000;
/** Megabytes of YAML, and judgements of hundreds of metrics. */
const longPatienceMs = 120_000;

export type HeavyWork = {
  evaluateHeavily: RunHeavily;
  judgeElsewhere: JudgeElsewhere;
  /** Documents of a text; a large YAML is read in a thread. */
  readText(text: string): Promise<ReadText[]>;
  /** Kubernetes manifests of a text, likewise. */
  readManifests(text: string): Promise<ReadManifests>;
  /** The threads' figures in the Prometheus text format. */
  exposition(): string;
};

/** Threads for what would hold the event loop up; started when first needed, drained before the server ends. */
export function wireWorkers(releases: Releases): HeavyWork {
  const workers = createWorkers({
    module: new URL("./heavy-work.ts", import.meta.url),
    threads: 2,
    queue: 500,
    memoryMb: 512,
    timeoutMs: patienceMs,
  });
  releases.add("worker threads", (graceMs) => workers.stop(graceMs));
  const long = { timeoutMs: longPatienceMs };
  const isLight = (text: string) => text.length < lightText || looksLikeJson(text.slice(0, 1_000));
  return {
    evaluateHeavily: async (input) => (await workers.run("evaluateHeavily", input)) as HeavyOutput,
    judgeElsewhere: async (input, signal) =>
      (await workers.run("judgeAnswer", input, { signal, ...long })) as JudgeAnswer,
    readText: async (text) =>
      isLight(text) ? readText(text) : ((await workers.run("readText", text, long)) as ReadText[]),
    readManifests: async (text) =>
      isLight(text) ? readManifests(text) : ((await workers.run("readManifests", text, long)) as ReadManifests),
    exposition: () => workersExposition(workers.figures()),
  };
}
