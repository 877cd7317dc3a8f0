import type { z } from "zod";
import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { checkFields } from "../check-fields.ts";
import { isExpression, toFlag, toNumber } from "../coerce.ts";
import * as checks from "./check-preconditions.ts";

/**
 * Checks a stage as written: pointers are relative to the stage; fields it does not read are left alone. `schema` says
 * which fields are read, where one schema does.
 */
export type StageRules = { validate(stage: JsonObject): Problem[]; readonly schema?: z.ZodType };

/** The rules of a stage whose schema says everything. */
export function rulesOf(schema: z.ZodType): StageRules {
  return { schema, validate: (stage) => checkFields(schema, stage) };
}

export const checkPreconditionsRules: StageRules = {
  schema: checks.checkPreconditionsSchema,
  validate(stage) {
    const problems = checkFields(checks.checkPreconditionsSchema, stage);
    if (problems.length > 0 || !Array.isArray(stage["preconditions"])) return problems;
    return stage["preconditions"].flatMap((precondition, index) => {
      if (!isJsonObject(precondition)) return [];
      const type = checks.preconditionTypes.find((known) => known === precondition["type"]);
      if (type === undefined) return [];
      const { cluster, regions, credentials } = stage;
      const own = isJsonObject(precondition["context"]) ? precondition["context"] : {};
      const found = checkFields(checks.preconditionContexts[type], { cluster, regions, credentials, ...own });
      return found.map((problem) => ({ ...problem, pointer: `/preconditions/${index}/context${problem.pointer}` }));
    });
  },
};

/** `rules` and one more look, taken only when the fields themselves are right. */
export function rulesWith(rules: StageRules, more: (stage: JsonObject) => Problem[]): StageRules {
  return {
    ...rules,
    validate(stage) {
      const problems = rules.validate(stage);
      return problems.length > 0 ? problems : more(stage);
    },
  };
}

/** The target of a server-group stage: a name, or a cluster and which of its groups. */
export function targetProblems(stage: JsonObject): Problem[] {
  const named = filled(stage["serverGroupName"]) || filled(stage["asgName"]);
  if (named) return [];
  if (!filled(stage["cluster"]) && !filled(cluster(stage["moniker"]))) {
    return [{ pointer: "/cluster", reason: "is required, unless serverGroupName names one server group" }];
  }
  if (!filled(stage["target"])) {
    const words = "current_asg_dynamic, ancestor_asg_dynamic or oldest_asg_dynamic";
    return [
      { pointer: "/target", reason: `is required and must be ${words}, unless serverGroupName names one server group` },
    ];
  }
  return [];
}

/** A stage that works on a whole cluster needs its name. */
export function clusterProblems(stage: JsonObject): Problem[] {
  if (filled(stage["cluster"]) || filled(cluster(stage["moniker"]))) return [];
  return [{ pointer: "/cluster", reason: "is required" }];
}

export function weightProblems(stage: JsonObject): Problem[] {
  const weights = stage["weights"];
  if (!Array.isArray(weights)) return [];
  const problems: Problem[] = [];
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    if (!isJsonObject(weight)) continue;
    if (!filled(weight["serverGroup"]) && !filled(weight["target"])) {
      problems.push({ pointer: `/weights/${index}`, reason: "must name a serverGroup, or a target and its cluster" });
    }
    if (filled(weight["target"]) && !filled(weight["serverGroup"]) && !filled(weight["cluster"])) {
      problems.push({ pointer: `/weights/${index}/cluster`, reason: "is required beside target" });
    }
    const percent = toNumber(weight["percent"]);
    if (typeof percent === "number") sum += percent;
  }
  if (sum > 100) problems.push({ pointer: "/weights", reason: `percents add up to ${sum}, more than 100` });
  return problems;
}

/** A pipeline stage names a pipeline, or a strategy where its parameters say that it is one. */
export function pipelineProblems(stage: JsonObject): Problem[] {
  const parameters = stage["pipelineParameters"];
  const field = isJsonObject(parameters) && parameters["strategy"] === true ? "pipelineId" : "pipeline";
  return filled(stage[field]) ? [] : [{ pointer: `/${field}`, reason: "is required" }];
}

export function webhookProblems(stage: JsonObject): Problem[] {
  const problems: Problem[] = [];
  const waits = toFlag(stage["waitForCompletion"]) === true;
  const monitors = toFlag(stage["monitorOnly"]) === true && filled(stage["statusEndpoint"]);
  if (!filled(stage["url"]) && !monitors) problems.push({ pointer: "/url", reason: "is required" });
  if (toFlag(stage["monitorOnly"]) === true && !waits && !isExpression(stage["waitForCompletion"])) {
    problems.push({ pointer: "/monitorOnly", reason: "needs waitForCompletion" });
  }
  if (waits && stage["statusUrlResolution"] === "webhookResponse" && !filled(stage["statusUrlJsonPath"])) {
    problems.push({ pointer: "/statusUrlJsonPath", reason: "is required with statusUrlResolution webhookResponse" });
  }
  return problems;
}

function filled(value: unknown): boolean {
  return (typeof value === "string" && value.trim() !== "") || typeof value === "number";
}

function cluster(moniker: unknown): unknown {
  return typeof moniker === "object" && moniker !== null && "cluster" in moniker ? moniker.cluster : undefined;
}
