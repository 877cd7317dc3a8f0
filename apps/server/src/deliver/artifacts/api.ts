import type { JsonObject } from "@gennaker/contract/json.ts";
import { boundArtifact, objects } from "@gennaker/pipeline-model/artifacts/resolve.ts";
import type { ExecutionView, StageView } from "../../engine/api.ts";

export type ArtifactAccountInfo = { name: string; types: string[] };

/** With an `executionId` the content is pinned: the run gets the same bytes each time it asks, and they stay to its end. */
export type FetchOptions = { signal: AbortSignal; executionId?: string };

/** `digest` is `sha256:…` of the content; `artifact` is the one asked for with what is exact now, e.g. the commit. */
export type FetchedArtifact = { digest: string; size: number; artifact: JsonObject };

export type Artifacts = {
  /** The accounts that artifacts can be fetched with, and for which types, as Gate lists them. */
  accounts(): ArtifactAccountInfo[];
  /** Fetches into the store. Rejects with a TaskError whose code begins with `artifact.`. */
  fetch(artifact: JsonObject, options: FetchOptions): Promise<FetchedArtifact>;
  /** A content of the store, piece by piece. */
  read(digest: string): AsyncIterable<Uint8Array>;
  /** The content as text, of 10 MiB at most. */
  text(artifact: JsonObject, options: FetchOptions): Promise<string>;
  usage(): Promise<{ contents: number; bytes: number; pinnedBytes: number; limitBytes: number }>;
};

/** The stage itself and all before it, nearest first: through requisites, and from a synthetic stage to its parent. */
export function withAncestors(execution: ExecutionView, stage: StageView): StageView[] {
  const found = new Set<StageView>();
  let layer = [stage];
  while (layer.length > 0) {
    const next: StageView[] = [];
    for (const current of layer) {
      if (found.has(current)) continue;
      found.add(current);
      next.push(
        ...execution.stages.filter(
          (other) =>
            other.id === current.parentStageId ||
            (other.parentStageId === current.parentStageId && current.requisiteStageRefIds.includes(other.refId)),
        ),
      );
    }
    layer = next;
  }
  return [...found];
}

/** The artifacts a stage can see: its own, those of the stages before it, nearest first, and the trigger's. */
export function visibleArtifacts(execution: ExecutionView, stage: StageView): JsonObject[] {
  const before = withAncestors(execution, stage).flatMap((one) => objects(one.outputs["artifacts"]));
  return [...objects(stage.context["artifacts"]), ...before, ...objects(execution.trigger["artifacts"])];
}

/** Every artifact of a run, those of later stages first, the trigger's last. `without` leaves a stage out by its refId. */
export function allArtifacts(execution: ExecutionView, without?: string): JsonObject[] {
  const emitted = inOrder(execution.stages)
    .filter((stage) => stage.refId !== without)
    .flatMap((stage) => objects(stage.outputs["artifacts"]));
  return [...emitted.toReversed(), ...objects(execution.trigger["artifacts"])];
}

/**
 * Stages in rounds so that each follows those it requires, as Orca sorts them, each followed by its synthetic stages.
 * What is in a circle comes last.
 */
function inOrder(stages: readonly StageView[], parentId: string | null = null): StageView[] {
  const sorted: StageView[] = [];
  let left = stages.filter((stage) => stage.parentStageId === parentId);
  const done = new Set<string>();
  while (left.length > 0) {
    const free = left.filter((stage) => stage.requisiteStageRefIds.every((refId) => done.has(refId)));
    const ready = free.length > 0 ? free : left;
    for (const stage of ready) {
      done.add(stage.refId);
      sorted.push(stage, ...inOrder(stages, stage.id));
    }
    left = left.filter((stage) => !ready.includes(stage));
  }
  return sorted;
}

/** The artifact bound to an expected artifact's id where the stage stands; null when nothing is. */
export function boundFor(execution: ExecutionView, stage: StageView, id: string): JsonObject | null {
  const resolved = [
    ...objects(stage.context["resolvedExpectedArtifacts"]),
    ...withAncestors(execution, stage).flatMap((one) => objects(one.outputs["resolvedExpectedArtifacts"])),
    ...objects(execution.trigger["resolvedExpectedArtifacts"]),
  ];
  return boundArtifact(resolved, id);
}

/** What a stage field such as `inputArtifact: {id | artifact, account}` gives; null when nothing is bound to the id. */
export function inputArtifact(
  execution: ExecutionView,
  stage: StageView,
  input: { id?: string; artifact?: JsonObject; account?: string },
): JsonObject | null {
  const found =
    input.id !== undefined && input.id !== "" ? boundFor(execution, stage, input.id) : (input.artifact ?? null);
  return found === null || input.account === undefined || input.account === ""
    ? found
    : { ...found, artifactAccount: input.account };
}
