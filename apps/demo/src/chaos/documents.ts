import { readFileSync } from "node:fs";

type Document = Record<string, unknown> & { stages: Record<string, unknown>[] };

/** Instances of production in these tests. */
export const capacity = 2;

/** The demo's set-up pipeline, smaller. */
export function setUpPipeline(): Document {
  const document = readDocument("set-up.json") as Document;
  return shrink(document);
}

/** How long a canary is judged, as ISO 8601 durations. */
export type Judging = { lifetime: string; interval: string };

/** The demo's pipeline with the same stages, judged in seconds: by default two windows, of 8 s and of 16 s. */
export function shipPipeline({ lifetime, interval }: Judging = { lifetime: "PT16S", interval: "PT8S" }): Document {
  const document = shrink(readDocument("ship.json") as Document);
  for (const stage of document.stages) {
    if (stage["type"] !== "kayentaCanary") continue;
    Object.assign(stage["canaryConfig"] as object, {
      lifetimeDuration: lifetime,
      canaryAnalysisInterval: interval,
      beginCanaryAnalysisAfter: "PT1S",
    });
  }
  return document;
}

export function canaryConfig(): Record<string, unknown> {
  return readDocument("canary-config.json");
}

function shrink(document: Document): Document {
  for (const stage of document.stages) {
    for (const cluster of (stage["clusters"] ?? []) as Record<string, unknown>[]) {
      cluster["capacity"] = { min: capacity, max: capacity, desired: capacity };
      cluster["availabilityZones"] = { local: ["a", "b"] };
    }
  }
  return document;
}

function readDocument(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`../../pipeline/${name}`, import.meta.url), "utf8")) as Record<
    string,
    unknown
  >;
}
