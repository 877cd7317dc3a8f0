import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { boundFor, inputArtifact, visibleArtifacts } from "../../../../deliver/artifacts/api.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { TaskContext, TaskResult } from "../../../../engine/api.ts";
import type { ManifestProblem } from "../../manifest/read-manifests.ts";
import { manifestsIn } from "../../manifest/read-manifests.ts";
import type { KubernetesStageDeps } from "../deps.ts";

/** The fields by which stages say where their manifests come from. */
export type SourceFields = {
  source?: "text" | "artifact" | undefined;
  manifestArtifactId?: string | undefined;
  manifestArtifact?: Record<string, unknown> | undefined;
  manifestArtifactAccount?: string | undefined;
  requiredArtifactIds?: readonly string[] | undefined;
  requiredArtifacts?: readonly Record<string, unknown>[] | undefined;
  skipExpressionEvaluation?: boolean | undefined;
};

/** `required` must be bound in the manifests, `optional` may be. */
export type Resolved = { manifests: JsonObject[]; required: JsonObject[]; optional: JsonObject[]; context: JsonObject };

/**
 * Reads a stage's manifests: as they stand in the stage (`text`), or from an artifact of YAML or JSON; their expressions are
 * evaluated unless the stage says otherwise. The second value is how the stage ends when expressions failed and must not.
 */
export async function resolveSource(
  deps: Pick<KubernetesStageDeps, "artifacts" | "evaluate" | "readManifests">,
  context: TaskContext,
  fields: SourceFields,
  text: Json,
): Promise<Resolved | TaskResult> {
  const fromArtifact = fields.source === "artifact" || (fields.source === undefined && text === null);
  const read = fromArtifact
    ? await deps.readManifests(await artifactText(deps, context, fields))
    : { manifests: null, problems: [] };
  refuse(read.problems, "The manifest artifact");
  let manifests: Json = read.manifests ?? text;
  let summary: JsonObject = {};
  if (fields.skipExpressionEvaluation !== true) {
    const evaluated = await deps.evaluate(context, { manifests });
    if (evaluated.failure !== null) return evaluated.failure;
    manifests = evaluated.fields["manifests"] ?? null;
    summary = evaluated.context;
  }
  // A text artifact may hold whole manifests in expressions, so that the shape is known only now.
  const found = manifestsIn(manifests);
  refuse(found.problems, "The stage");
  return {
    manifests: found.manifests,
    required: requiredArtifacts(context, fields),
    optional: visibleArtifacts(context.execution, context.stage),
    context: summary,
  };
}

export const isResult = (value: Resolved | TaskResult): value is TaskResult => "status" in value;

async function artifactText(
  deps: Pick<KubernetesStageDeps, "artifacts">,
  { execution, stage, signal }: TaskContext,
  { manifestArtifactId: id, manifestArtifact, manifestArtifactAccount: account }: SourceFields,
): Promise<string> {
  const artifact = inputArtifact(execution, stage, {
    ...(id === undefined ? {} : { id }),
    ...(manifestArtifact === undefined ? {} : { artifact: manifestArtifact as JsonObject }),
    ...(account === undefined ? {} : { account }),
  });
  if (artifact !== null) return await deps.artifacts.text(artifact, { signal, executionId: execution.id });
  throw new TaskError(
    "manifest.noSource",
    id === undefined
      ? "The stage has no manifests. Give it manifests, or manifestArtifact or manifestArtifactId with source artifact."
      : `No artifact is bound to "${id}" to read the manifests from. Bind it in the trigger or in a stage before this one.`,
  );
}

/** Artifacts that the stage insists on; one that is not to be found ends it. */
function requiredArtifacts({ execution, stage }: TaskContext, fields: SourceFields): JsonObject[] {
  const byId = (id: string): JsonObject => {
    const found = boundFor(execution, stage, id);
    if (found !== null) return found;
    throw new TaskError(
      "artifact.unbound",
      `The stage requires the artifact "${id}", and nothing is bound to it. Bind it in the trigger or in a stage before this one.`,
    );
  };
  const given = (fields.requiredArtifacts ?? []).filter((item): item is JsonObject => isJsonObject(item as Json));
  return [
    ...(fields.requiredArtifactIds ?? []).map(byId),
    ...given.map((item) => {
      const id = item["expectedArtifactId"];
      if (typeof id === "string" && id !== "") return byId(id);
      // An artifact itself stands here when the stage ran before.
      return isJsonObject(item["artifact"] ?? null) ? (item["artifact"] as JsonObject) : item;
    }),
  ];
}

function refuse(problems: readonly ManifestProblem[], what: string): void {
  if (problems.length === 0) return;
  const words = problems.slice(0, 5).map(({ place, message }) => `${place}: ${message}`);
  const more = problems.length > 5 ? ` (and ${problems.length - 5} more)` : "";
  throw new TaskError(
    "manifest.unreadable",
    `${what} holds no manifests that can be read: ${words.join("; ")}${more}.`,
  );
}
