/** Fields that are not compared, and why: what stands there differs in a run that went just as well. */
export const leftOut: ReadonlyMap<string, string> = new Map([
  ["refId", "compared with the plan"],
  ["requisiteStageRefIds", "compared with the plan"],
  ["type", "compared with the plan"],
  ["id", "each run gives its own"],
  ["stageEnabled", "compared as an outcome: Orca leaves its text as it is"],
  ["expectedArtifacts", "Orca adds to each what was bound"],
  ["artifacts", "Orca replaces it by what the stage produced"],
  ["inputArtifacts", "Orca fills in what was bound"],
  ["manifests", "Orca replaces them by what the cluster answered"],
  ["manifest", "Orca replaces it by what the cluster answered"],
  ["variables", "Orca takes them in turn, each seeing those before it, and moves them to the outputs"],
  ["clusters", "Orca takes them out when it makes a stage of each"],
  ["preconditions", "compared as an outcome: Orca makes a stage of each"],
  ["notifications", "Orca evaluates them when they are sent"],
  ["deployments", "Orca fills in the scopes of what it deployed"],
  ["canaryConfig", "Orca fills in the scopes and times of what it deployed"],
  ["restrictedExecutionWindow", "Orca fills in times of the day of the run"],
  ["statusUrlResolution", "Orca fills in what the call answered"],
  ["expressionEvaluationSummary", "the words of errors differ"],
  ["user", "who the run was by"],
]);

const random = /\bUUID\b|\bRandom\b|\brandom\b/;
const outside =
  /#\s*(fromUrl|jsonFromUrl|yamlFromUrl|propertiesFromUrl|pipelineId|pipelineIdInApplication|pipelineIdOrNull|canaryConfigNameToId|applicationMetadata|cfServiceKey|fetchReference)\b/;

/** Why the value of an expression may differ from run to run; null when it may not. */
export function reasonToDiffer(expression: string): string | null {
  if (random.test(expression)) return "it makes something random";
  return outside.test(expression) ? "it asks something outside, whose answer of then is not known" : null;
}
