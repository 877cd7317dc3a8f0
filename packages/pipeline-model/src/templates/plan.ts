import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { z } from "zod";
import { checkFields } from "../check-fields.ts";
import { describe } from "../words.ts";
import { TemplateFault, fault } from "./fault.ts";
import { configV1Schema, instanceV2Schema, templateV1Schema, templateV2Schema } from "./schema.ts";
import { planV1 } from "./v1/plan-v1.ts";
import { evaluatePlan, planV2 } from "./v2.ts";
import type { PlanOptions } from "./v2.ts";

/** Pointers of problems lead into `{template, instance}`. */
export type TemplatePlan = { pipeline: JsonObject } | { problems: Problem[] };

/**
 * The pipeline that an instance makes of its template, as Orca's planner makes it: templates of the second generation
 * (`schema: "v2"`) and of the first (`schema: "1"`, the instance's part under `config`). Pure; the documents are left
 * alone.
 */
export function planTemplate(template: unknown, instance: unknown, options: PlanOptions = {}): TemplatePlan {
  try {
    return { pipeline: plan(objectAt(template, "/template"), objectAt(instance, "/instance"), options) };
  } catch (error) {
    if (error instanceof TemplateFault) return { problems: [...error.problems] };
    throw error;
  }
}

function plan(template: JsonObject, instance: JsonObject, options: PlanOptions): JsonObject {
  const config = instance["config"];
  const schema = isJsonObject(config) ? config["schema"] : instance["schema"];
  if (isJsonObject(config) && (schema === "1" || schema === 1)) {
    check(templateV1Schema, template, "/template", configV1Schema, config, "/instance/config");
    return evaluatePlan(planV1(template, instance, config), { template, instance }, options);
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
