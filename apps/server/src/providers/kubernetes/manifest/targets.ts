import type { JsonObject } from "@gennaker/contract/json.ts";
import { annotation } from "./annotations.ts";
import { compareTexts } from "./artifact.ts";
import { annotationsOf, createdAt, replicasOf } from "./manifest.ts";

type Criterion = "newest" | "second_newest" | "oldest" | "largest" | "smallest";

/** The objects that say they belong to a cluster of an application; annotations alone count here. */
export function inCluster(objects: readonly JsonObject[], application: string, cluster: string): JsonObject[] {
  return objects.filter((object) => {
    const annotations = annotationsOf(object);
    return annotations[annotation.application] === application && annotations[annotation.cluster] === cluster;
  });
}

/**
 * The object of a cluster that a criterion means: by time of creation, or by wanted replicas, none counting as -1. Of equal
 * ones the last listed is the newest and largest, the first the oldest and smallest. Null when there are too few.
 */
export function pick(objects: readonly JsonObject[], criterion: Criterion): JsonObject | null {
  const byAge = (): JsonObject[] => objects.toSorted((a, b) => compareTexts(createdAt(a), createdAt(b)));
  const bySize = (): JsonObject[] => objects.toSorted((a, b) => (replicasOf(a) ?? -1) - (replicasOf(b) ?? -1));
  switch (criterion) {
    case "newest":
      return byAge().at(-1) ?? null;
    case "second_newest":
      return byAge().at(-2) ?? null;
    case "oldest":
      return byAge()[0] ?? null;
    case "largest":
      return bySize().at(-1) ?? null;
    case "smallest":
      return bySize()[0] ?? null;
  }
}
