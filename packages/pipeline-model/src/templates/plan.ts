import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { z } from "zod";
import { checkFields } from "../check-fields.ts";
import { describe } from "../words.ts";
import { TemplateFault, fault } from "./fault.ts";
import { configV1Schema, instanceV2Schema, templateV1Schema, templateV2Schema, withoutStageText } from "./schema.ts";
import type { FindTemplate } from "./v1/inherit.ts";
import { mergeTemplates, withParents } from "./v1/inherit.ts";
import { planV1 } from "./v1/plan-v1.ts";
import { prepareTemplates } from "./v1/prepare.ts";
import { evaluatePlan, planV2 } from "./v2.ts";
import type { PlanOptions as EvaluationOptions } from "./v2.ts";

/**
 * `findTemplate` gives the parents that first-generation templates name in their `source`; `trigger` is what their texts read as
 * `trigger` where the instance has none.
 */
export type PlanOptions = EvaluationOptions & { findTemplate?: FindTemplate; trigger?: JsonObject };

/** Pointers of problems lead into `{template, instance}`. */
export type TemplatePlan = { pipeline: JsonObject } | { problems: Problem[] };

/**
 * The pipeline that an instance makes of its template, as Orca's planner makes it: templates of the second generation
 * (`schema: "v2"`) and of the first (`schema: "1"`, the instance's part under `config`). A first-generation instance may do without a
 * template (null): its stages are the pipeline's. Pure; the documents are left alone.
 */
export function planTemplate(template: unknown, instance: unknown, options: PlanOptions = {}): TemplatePlan {
  try {
    const made = objectAt(instance, "/instance");
    const whole =
      template === null ? withoutTemplate(made) : { template: objectAt(template, "/template"), instance: made };
    return { pipeline: plan(whole.template, whole.instance, options) };
  } catch (error) {
    if (error instanceof TemplateFault) return { problems: [...error.problems] };
    throw error;
  }
}

function plan(template: JsonObject, instance: JsonObject, options: PlanOptions): JsonObject {
  const config = instance["config"];
  const schema = isJsonObject(config) ? config["schema"] : instance["schema"];
  if (isJsonObject(config) && (schema === "1" || schema === 1)) {
    const trigger = isJsonObject(instance["trigger"] ?? null) ? (instance["trigger"] as JsonObject) : options.trigger;
    const whole = wholeTemplate(template, trigger ?? {}, config, options);
    return evaluatePlan(planV1(whole, instance, config, trigger ?? {}), { template, instance }, options);
  }
  if (schema !== "v2") {
    throw fault(
      "/instance/schema",
      `must be "v2", or "1" inside \`config\` for a template of the first generation, but is ${describe(schema)}`,
    );
  }
  // The second generation's fields may be written under `config`, where the first has them.
  const own = isJsonObject(config) ? { ...instance, ...config } : instance;
  check(templateV2Schema, template, "/template", instanceV2Schema, own, "/instance");
  return planV2(template, own, options);
}

/** What an instance without a template comes to: a template of its variables and stages, and the rest of it. */
function withoutTemplate(instance: JsonObject): { template: JsonObject; instance: JsonObject } {
  const { config } = instance;
  if (!isJsonObject(config ?? null)) throw fault("/template", "must be an object, but is null");
  const { stages = [], ...rest } = config as JsonObject;
  const about = isJsonObject(rest["pipeline"] ?? null) ? (rest["pipeline"] as JsonObject) : {};
  const given = isJsonObject(about["variables"] ?? null) ? (about["variables"] as JsonObject) : {};
  const variables = Object.entries(given).map(([name, defaultValue]) => ({ name, defaultValue }));
  return { template: { schema: "1", id: "none", variables, stages }, instance: { ...instance, config: rest } };
}

/** A first-generation template with all that it extends. */
function wholeTemplate(
  template: JsonObject,
  trigger: JsonObject,
  config: JsonObject,
  options: PlanOptions,
): JsonObject {
  const chain = withParents(template, options.findTemplate ?? (() => null));
  for (const each of chain)
    check(templateV1Schema, withoutStageText(each), "/template", configV1Schema, config, "/instance/config");
  const about = isJsonObject(config["pipeline"]) ? config["pipeline"] : {};
  const prepared = prepareTemplates(chain, {
    application: about["application"] ?? null,
    trigger,
    given: isJsonObject(about["variables"]) ? about["variables"] : {},
  });
  for (const each of prepared) check(templateV1Schema, each, "/template", configV1Schema, config, "/instance/config");
  return mergeTemplates(prepared);
}

function check(
  templateSchema: z.ZodType,
  template: JsonObject,
  at: string,
  instanceSchema: z.ZodType,
  instance: JsonObject,
  ownAt: string,
): void {
  const problems = [
    ...checkFields(templateSchema, template).map(({ pointer, reason }) => ({ pointer: at + pointer, reason })),
    ...checkFields(instanceSchema, instance).map(({ pointer, reason }) => ({ pointer: ownAt + pointer, reason })),
  ];
  if (problems.length > 0) throw new TemplateFault(problems);
}

function objectAt(value: unknown, at: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw fault(at, `must be an object, but is ${describe(value)}`);
}
