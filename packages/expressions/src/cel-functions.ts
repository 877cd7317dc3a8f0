import { celLibrary } from "./cel-library.ts";
import type { CelFunc, CelInput } from "@bufbuild/cel";
import { toCel } from "./cel-values.ts";
import { evaluationError } from "./errors.ts";
import { EXECUTION_FUNCTIONS, FUNCTIONS } from "./functions/registry.ts";
import { toJson } from "./json-values.ts";
import { resolveOverload } from "./overload.ts";
import type { Session } from "./session.ts";
import type { Value } from "./values.ts";

/** The helper functions of pipelines that make sense without Java's types: names, without `#`, and number of texts. */
const SHARED: readonly (readonly [name: string, texts: number])[] = [
  ["alphanumerical", 1],
  ["applicationMetadata", 1],
  ["canaryConfigNameToId", 2],
  ["cfServiceKey", 1],
  ["currentStage", 0],
  ["currentUser", 0],
  ["deployedServerGroups", 0],
  ["deployedServerGroups", 1],
  ["fetchReference", 1],
  ["fromBase64", 1],
  ["fromUrl", 1],
  ["jsonFromUrl", 1],
  ["judgment", 1],
  ["manifestLabelValue", 3],
  ["pipelineId", 1],
  ["pipelineIdInApplication", 2],
  ["pipelineIdOrNull", 1],
  ["propertiesFromUrl", 1],
  ["readAllYaml", 1],
  ["readJson", 1],
  ["readYaml", 1],
  ["resolvedArtifacts", 0],
  ["stage", 1],
  ["stageByRefId", 1],
  ["stageExists", 1],
  ["toBase64", 1],
  ["triggerResolvedArtifact", 1],
  ["triggerResolvedArtifactByType", 1],
  ["yamlFromUrl", 1],
];

/** The same helpers that `#name(…)` calls in SpEL, as functions of CEL. */
export function celFunctions(session: Session): CelFunc[] {
  const { CelScalar, celFunc } = celLibrary();
  return SHARED.map(([name, texts]) =>
    celFunc(name, Array(texts).fill(CelScalar.STRING), CelScalar.DYN, (...args: unknown[]): CelInput => {
      const given = args.map((arg): Value => (typeof arg === "string" ? arg : null));
      return toCel(toJson(call(name, given, session), session.budget), session, 0);
    }),
  );
}

function call(name: string, given: readonly Value[], session: Session): Value {
  const inserted = EXECUTION_FUNCTIONS.includes(name) ? [session.execution?.bean ?? null, ...given] : given;
  const match = resolveOverload(FUNCTIONS.get(name) ?? [], inserted);
  if (match === undefined) throw evaluationError(`There is no function ${name} with these arguments`);
  return match.overload.run(null, match.args(session), session);
}
