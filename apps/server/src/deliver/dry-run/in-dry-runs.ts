import { TaskError } from "../../engine/api.ts";
import type { StageType, StageView, ExecutionView } from "../../engine/api.ts";

/**
 * Types that run for real in a run started with `dryRun`: they change nothing outside of it, and what comes after needs
 * their answers. Child pipelines are started as dry runs themselves.
 */
const harmless: ReadonlySet<string> = new Set([
  "checkPreconditions",
  "checkPrecondition",
  "evaluateVariables",
  "evaluateArtifacts",
  "findArtifactFromExecution",
  "pipeline",
  "runMultiplePipelines",
]);

type Input = { execution: ExecutionView; stage: StageView };

const isDry = ({ execution }: Input): boolean =>
  execution.trigger["dryRun"] === true || execution.trigger["dryRun"] === "true";

/**
 * A stage type that does nothing in a run whose trigger says `dryRun`: it succeeds at once, plans no further stages, and
 * gives the outputs that the trigger names for it, `{outputs: {<refId or name>: {…}}}`, so that later stages have what
 * they read. The run is kept and shown like any other, with its type and its evaluated fields.
 */
export function inDryRuns(type: StageType): StageType {
  if (harmless.has(type.type)) return type;
  const { before, after, onFailure, cancel } = type;
  return {
    ...type,
    tasks: (input) => (isDry(input) ? [pretend] : type.tasks(input)),
    ...(before === undefined ? {} : { before: (input) => (isDry(input) ? [] : before(input)) }),
    ...(after === undefined ? {} : { after: (input) => (isDry(input) ? [] : after(input)) }),
    ...(onFailure === undefined ? {} : { onFailure: (input) => (isDry(input) ? [] : onFailure(input)) }),
    ...(cancel === undefined ? {} : { cancel: async (context) => (isDry(context) ? {} : await cancel(context)) }),
  };
}

/**
 * Stands in for the types that are not here, in dry runs only: a pipeline from elsewhere runs dry to its end. The dry run's report
 * names them.
 */
export function standInStage(): StageType {
  return inDryRuns({
    type: "dryRun",
    description: "Does nothing, in the place of a stage type that is not here",
    validate: () => [{ pointer: "/type", reason: "is no type for pipelines: the server puts it into dry runs" }],
    tasks: () => [
      {
        name: "dryRun",
        run: async () => {
          throw new TaskError(
            "dryRun.only",
            "This stage type stands in for others in dry runs; take it out of the pipeline.",
          );
        },
      },
    ],
  });
}

const pretend: ReturnType<StageType["tasks"]>[number] = {
  name: "dryRun",
  run: async (context) => {
    const outputs = outputsFor(context);
    return { status: "SUCCEEDED", context: { dryRun: true }, ...(outputs === null ? {} : { outputs }) };
  },
};

function outputsFor({ execution, stage }: Input) {
  const all = execution.trigger["outputs"];
  if (!isObject(all)) return null;
  const own = all[stage.refId] ?? all[stage.name];
  return isObject(own) ? own : null;
}

const isObject = (value: unknown): value is { [key: string]: never } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
