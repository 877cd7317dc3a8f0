import { createHash } from "node:crypto";
import { PlanningPostponed } from "@gennaker/engine-core/model.ts";
import { evaluateTemplate, type EvaluationOptions, type ExpressionProblem } from "@gennaker/expressions/evaluate.ts";
import { parseJsonExactly } from "@gennaker/expressions/json-values.ts";

type Evaluated = { result: unknown; errors: ExpressionProblem[]; keys: string[] };

/** What a thread is given; everything in it can be copied. */
export type HeavyInput = {
  template: Readonly<Record<string, unknown>>;
  options: Omit<EvaluationOptions, "now" | "skip">;
  nowMs: number;
};

/** `result` is JSON text, so that whole numbers beyond 2^53 stay exact on the way. */
export type HeavyOutput = { result: string; errors: ExpressionProblem[]; keys: string[] };

/** Runs `evaluateHeavily` in another thread. */
export type RunHeavily = (input: HeavyInput) => Promise<HeavyOutput>;

/** Steps that an evaluation may take on the event loop: about five milliseconds. */
const lightSteps = 40_000;

/** The work itself, for the thread: the whole template, and which of its keys are at fault. */
export function evaluateHeavily({ template, options, nowMs }: HeavyInput): HeavyOutput {
  const { result, errors, keys } = evaluateWithKeys(template, { ...options, now: () => new Date(nowMs) });
  return { result: JSON.stringify(result), errors, keys };
}

/** Evaluates, and finds the keys at fault one by one: problems name expressions, not places. */
function evaluateWithKeys(
  template: HeavyInput["template"],
  options: EvaluationOptions,
): Evaluated & { exhausted?: true } {
  const found = evaluateTemplate(template, options);
  const keys =
    found.errors.length === 0
      ? []
      : Object.entries(template)
          .filter(([key, value]) => evaluateTemplate({ [key]: value }, options).errors.length > 0)
          .map(([key]) => key);
  return { ...found, keys };
}

/** Helper functions whose answers only this thread has. */
const lookingUp =
  /\b(?:fromUrl|jsonFromUrl|yamlFromUrl|propertiesFromUrl|pipelineId\w*|applicationMetadata|canaryConfigNameToId)\b/;

const mostKept = 50;

/**
 * Evaluates with few steps first. What needs more is evaluated in a thread, for which `PlanningPostponed` is thrown: the next try finds
 * the result. Without threads, and where helper functions look something up, everything is done here.
 */
export function createHeavyExpressions(run: RunHeavily | undefined, now: () => number) {
  const results = new Map<string, Evaluated>();
  return (template: HeavyInput["template"], options: EvaluationOptions): Evaluated => {
    if (run === undefined) return evaluateWithKeys(template, options);
    const light = evaluateWithKeys(template, { ...options, limits: { ...options.limits, steps: lightSteps } });
    if (light.exhausted !== true) return light;
    if (lookingUp.test(JSON.stringify(template))) return evaluateWithKeys(template, options);
    const { context, execution, currentStageRefId, user, language } = options;
    const input: HeavyInput = {
      template,
      options: {
        context,
        ...(execution && { execution }),
        ...(currentStageRefId !== undefined && { currentStageRefId }),
        ...(user !== undefined && { user }),
        ...(language && { language }),
      },
      nowMs: now(),
    };
    const key = createHash("sha256")
      .update(JSON.stringify([template, input.options]))
      .digest("base64");
    const known = results.get(key);
    if (known !== undefined) {
      results.delete(key);
      return known;
    }
    const ready = run(input).then(
      ({ result, errors, keys }) => ({ result: parseJsonExactly(result), errors, keys }),
      (cause: unknown) => failed(template, cause),
    );
    throw new PlanningPostponed(
      ready.then((found) => {
        if (results.size >= mostKept) results.clear();
        results.set(key, found);
      }),
    );
  };
}

/** A thread that died or took too long fails the expressions, not the server: they keep their text. */
function failed(template: HeavyInput["template"], cause: unknown): Evaluated {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const keys = Object.keys(template);
  const errors = keys.map((key): ExpressionProblem => ({
    expression: key,
    level: "ERROR",
    description: `Failed to evaluate [${key}] ${reason}`,
  }));
  return { result: template, errors, keys };
}
