import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, StageType, StageView, TaskContext, TaskDefinition } from "../../../engine/api.ts";

/** The types that work on the cluster their strategy was started for, as in Orca. */
const onCluster: ReadonlySet<string> = new Set([
  "enableServerGroup",
  "disableServerGroup",
  "destroyServerGroup",
  "resizeServerGroup",
  "disableCluster",
  "shrinkCluster",
  "scaleDownCluster",
  "checkPreconditions",
]);

/** The cluster that a run of a deployment strategy is to deploy; null in other runs. */
export function strategyCluster(execution: ExecutionView): JsonObject | null {
  const parameters = parametersOf(execution);
  const cluster = execution.trigger["strategyCluster"];
  if (parameters === null || !isJsonObject(cluster ?? null)) return null;
  const image = Object.fromEntries(
    ["amiName", "imageId"].flatMap((key) => (parameters[key] === undefined ? [] : [[key, parameters[key]]])),
  );
  return { ...image, ...(cluster as JsonObject) };
}

/**
 * A stage type that, in a run of a strategy, works on the cluster, account and region that the strategy was started
 * for, whatever its stage says.
 */
export function inStrategies(type: StageType): StageType {
  if (!onCluster.has(type.type)) return type;
  const { before, after, onFailure, cancel } = type;
  const seen = <T extends { execution: ExecutionView; stage: StageView }>(input: T): T => {
    const parameters = parametersOf(input.execution);
    // Its own synthetic stages have what they need from it.
    if (parameters === null || input.stage.parentStageId !== null) return input;
    return { ...input, stage: { ...input.stage, context: { ...input.stage.context, ...target(parameters) } } };
  };
  const task = (definition: TaskDefinition): TaskDefinition => ({
    ...definition,
    run: (context: TaskContext) => definition.run(seen(context)),
  });
  return {
    ...type,
    tasks: (input) => type.tasks(seen(input)).map(task),
    ...(before === undefined ? {} : { before: (input) => before(seen(input)) }),
    ...(after === undefined ? {} : { after: (input) => after(seen(input)) }),
    ...(onFailure === undefined ? {} : { onFailure: (input) => onFailure(seen(input)) }),
    ...(cancel === undefined ? {} : { cancel: (context) => cancel(seen(context)) }),
  };
}

function target(parameters: JsonObject): JsonObject {
  const { cloudProvider, cluster, credentials, region, zone } = parameters;
  const place = region ? { regions: [region] } : zone ? { zones: [zone] } : {};
  const known = { cloudProvider, cluster, credentials };
  return {
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    ...place,
  } as JsonObject;
}

/** What the run was started with, when it is one of a strategy. */
function parametersOf(execution: ExecutionView): JsonObject | null {
  const parameters = execution.trigger["parameters"];
  return isJsonObject(parameters ?? null) && (parameters as JsonObject)["strategy"] === true
    ? (parameters as JsonObject)
    : null;
}

/** The fields that a strategy's stages get from the deploy that starts the strategy. */
const given = /^\/(cloudProvider|cluster|credentials|account|region|regions|zones)(\/|$)/;

/**
 * Stage types as documents of strategies are checked: stages that work on the strategy's cluster need not name it.
 */
export function strategyStageTypes(types: ReadonlyMap<string, StageType>): ReadonlyMap<string, StageType> {
  return new Map(
    [...types].map(([key, type]) => {
      if (!onCluster.has(type.type)) return [key, type];
      const validate: StageType["validate"] = (stage) => {
        // A target is asked for only where there is a cluster, so the check is made as if it were named.
        const named = { cluster: "strategy", ...stage };
        return type.validate(named).filter(({ pointer }) => !given.test(pointer));
      };
      return [key, { ...type, validate }];
    }),
  );
}
