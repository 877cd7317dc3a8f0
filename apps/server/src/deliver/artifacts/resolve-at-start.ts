import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { distinct, expectedAtStart, resolveArtifacts, usesPrior } from "@gennaker/pipeline-model/artifacts/resolve.ts";

/** The trigger's artifacts and what is bound to them, or what keeps the run from starting. */
export type StartArtifacts = { ok: true; fields: JsonObject } | { ok: false; problems: Problem[] };

/**
 * Resolves a pipeline's expected artifacts when a run starts. `prior` gives the artifacts of the run before; it is
 * asked only when an expected artifact may fall back to them.
 */
export async function resolveAtStart(
  pipeline: JsonObject,
  trigger: JsonObject,
  received: readonly JsonObject[],
  prior: () => Promise<readonly JsonObject[]>,
): Promise<StartArtifacts> {
  const expected = expectedAtStart(pipeline, trigger, received);
  const earlier = expected.some(usesPrior) ? await prior() : [];
  const found = resolveArtifacts(expected, {
    current: received,
    prior: earlier,
    unique: true,
    at: "/expectedArtifacts",
  });
  if (!found.ok) return found;
  const fields = {
    artifacts: distinct([...received, ...found.artifacts]),
    expectedArtifacts: found.expected,
    resolvedExpectedArtifacts: found.expected,
  };
  return { ok: true, fields };
}
