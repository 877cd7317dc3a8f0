import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { evaluateTemplate } from "@gennaker/expressions/evaluate.ts";
import type { EvaluationOptions } from "@gennaker/expressions/evaluate.ts";
import { leftOut, reasonToDiffer } from "./left-out.ts";
import type { RecordedRun, RecordedStage } from "./recorded.ts";
import { asOf } from "./recorded.ts";

export type FieldDifference = { refId: string; stage: string; pointer: string; source: Json; here: Json; there: Json };
export type FieldsCompared = {
  /** Values compared, and how many of them are expressions. */
  compared: number;
  expressions: number;
  differences: FieldDifference[];
  /** What was not compared, and why. */
  left: { refId: string; stage: string; pointer: string; reason: string }[];
  /** An expression of the stage failed. */
  failed: boolean;
};

const mostTold = 200;

/** The settings for evaluating a stage as of its beginning in the recorded run. */
export function optionsFor(document: JsonObject, run: RecordedRun, stage: RecordedStage): EvaluationOptions {
  const { user, parameters } = run.trigger;
  return {
    ...(document["expressions"] === "cel" ? { language: "cel" as const } : {}),
    context: stage.context,
    execution: {
      ...asOf(run, stage),
      trigger: { ...run.trigger, ...(isJsonObject(parameters) ? {} : { parameters: {} }) },
    },
    currentStageRefId: stage.refId,
    ...(typeof user === "string" ? { user } : {}),
    now: () => new Date(stage.startTime ?? run.startTime ?? 0),
  };
}

/**
 * Each field of a stage, evaluated with the state of the recorded run when the stage began, against the recorded context.
 * Fields that only the run adds are not looked at.
 */
export function compareFields(
  document: JsonObject,
  planned: JsonObject,
  run: RecordedRun,
  stage: RecordedStage,
): FieldsCompared {
  const found: FieldsCompared = { compared: 0, expressions: 0, differences: [], left: [], failed: false };
  const at = { refId: stage.refId, stage: stage.name };
  const options = optionsFor(document, run, stage);
  for (const [key, source] of Object.entries(planned)) {
    const pointer = `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const reason = leftOut.get(key) ?? (key === "name" && !hasExpression(source) ? "compared with the plan" : null);
    if (reason !== null) {
      if (hasExpression(source)) found.left.push({ ...at, pointer, reason });
      continue;
    }
    const differs = texts(source)
      .map(reasonToDiffer)
      .find((each) => each !== null);
    if (differs !== undefined && differs !== null) {
      found.left.push({ ...at, pointer, reason: differs });
      continue;
    }
    const there = key === "name" ? stage.name : stage.context[key];
    if (there === undefined) {
      found.left.push({ ...at, pointer, reason: "the recorded context does not have it" });
      continue;
    }
    const raw = planned["skipExpressionEvaluation"] === true && manifestKeys.has(key);
    const { result, errors } =
      hasExpression(source) && !raw ? evaluateTemplate(source, options) : { result: source, errors: [] };
    if (errors.length > 0) found.failed = true;
    compareValues(
      source,
      plain(result),
      there,
      pointer,
      (difference) => {
        if (found.differences.length < mostTold) found.differences.push({ ...at, ...difference });
      },
      found,
    );
  }
  return found;
}

const manifestKeys = new Set(["manifest", "manifests"]);

type Tell = (difference: Omit<FieldDifference, "refId" | "stage">) => void;

/** Leaf by leaf. What the run has beside is its own; a number and its text are the same to Spinnaker. */
function compareValues(
  source: Json | undefined,
  here: Json,
  there: Json,
  pointer: string,
  tell: Tell,
  counts: { compared: number; expressions: number },
): void {
  if (isJsonObject(here) && isJsonObject(there)) {
    for (const [key, inner] of Object.entries(here)) {
      const at = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      compareValues(isJsonObject(source) ? source[key] : source, inner, there[key] ?? null, at, tell, counts);
    }
    return;
  }
  if (Array.isArray(here) && Array.isArray(there) && here.length === there.length) {
    here.forEach((inner, index) => {
      compareValues(
        Array.isArray(source) ? source[index] : source,
        inner,
        there[index] ?? null,
        `${pointer}/${index}`,
        tell,
        counts,
      );
    });
    return;
  }
  counts.compared += 1;
  if (source !== undefined && hasExpression(source)) counts.expressions += 1;
  if (!same(here, there)) tell({ pointer, source: source ?? null, here, there });
}

function same(here: Json, there: Json): boolean {
  if (here === there) return true;
  if (typeof here === "object" || typeof there === "object") return JSON.stringify(here) === JSON.stringify(there);
  return String(here) === String(there);
}

/** As JSON carries it; numbers kept as texts become plain ones. */
function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}

export function hasExpression(value: Json): boolean {
  return texts(value).length > 0;
}

function texts(value: Json): string[] {
  if (typeof value === "string") return value.includes("${") ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(texts);
  return Object.entries(value).flatMap(([key, inner]) => [...(key.includes("${") ? [key] : []), ...texts(inner)]);
}
