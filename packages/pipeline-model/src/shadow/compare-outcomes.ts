import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { evaluateCondition } from "@gennaker/expressions/condition.ts";
import { accountsIn } from "../import/accounts.ts";
import type { Inventory } from "../import/types.ts";
import { optionsFor } from "./compare-fields.ts";
import type { RecordedRun, RecordedStage } from "./recorded.ts";

/** A stage that would end otherwise here than it did there; `here` is null where that cannot be told. */
export type OutcomeDifference = { refId: string; stage: string; here: string | null; there: string; reason: string };

const begun = (status: string): boolean => status !== "NOT_STARTED" && status !== "SKIPPED";

/** What can be told of a stage's end before it runs: its type and accounts, its condition, its preconditions, its expressions. */
export function compareOutcome(
  document: JsonObject,
  planned: JsonObject,
  run: RecordedRun,
  stage: RecordedStage,
  inventory: Inventory,
  failedExpressions: boolean,
): OutcomeDifference[] {
  const { refId, name, status: there } = stage;
  if (there === "NOT_STARTED") return [];
  const options = optionsFor(document, run, stage);
  const at = { refId, stage: name, there };
  const condition = enabledBy(planned, (text) => evaluateCondition(text, options).value === true);
  if (condition === false && there !== "SKIPPED")
    return [{ ...at, here: "SKIPPED", reason: "its condition is not true here" }];
  if (condition === true && there === "SKIPPED")
    return [{ ...at, here: null, reason: "its condition is true here, so it would run" }];
  if (!begun(there)) return [];
  const found: OutcomeDifference[] = [];
  const ends = (reason: string) => {
    const here = failureOf(planned);
    if (here !== there) found.push({ ...at, here, reason });
  };
  const type = String(planned["type"] ?? "");
  const provider = String(planned["cloudProvider"] ?? planned["cloudProviderType"] ?? "");
  if (!inventory.stageTypes.has(type) && !inventory.stageTypes.has(`${type}:${provider}`))
    return endsOnce(`the stage type "${type}" does not run here`);
  const account = accountsIn(planned).find(
    ({ name: each, use }) => use === "deploy" && !inventory.accounts.includes(each),
  );
  if (account) return endsOnce(`the account "${account.name}" is not configured here`);
  if (planned["failOnFailedExpressions"] === true && failedExpressions) {
    if (there !== "TERMINAL")
      found.push({
        ...at,
        here: "TERMINAL",
        reason: "an expression fails here, and the stage says that it fails then",
      });
    return found;
  }
  const failing =
    type === "checkPreconditions"
      ? wrongPrecondition(planned, (text) => evaluateCondition(text, options).value === true)
      : null;
  if (failing !== null && there === "SUCCEEDED") ends(`the precondition ${failing} is not true here`);
  if (failing === null && type === "checkPreconditions" && onlyExpressions(planned) && failed(there))
    found.push({ ...at, here: "SUCCEEDED", reason: "its preconditions are true here" });
  return found;

  function endsOnce(reason: string): OutcomeDifference[] {
    ends(reason);
    return found;
  }
}

const failed = (status: string): boolean => ["TERMINAL", "STOPPED", "FAILED_CONTINUE"].includes(status);

/** Orca's rule for a failed stage. */
function failureOf(planned: JsonObject): string {
  if (planned["continuePipeline"] === true) return "FAILED_CONTINUE";
  return planned["failPipeline"] === false ? "STOPPED" : "TERMINAL";
}

/** Null where the stage has no condition. */
function enabledBy(planned: JsonObject, holds: (expression: string) => boolean): boolean | null {
  const condition = planned["stageEnabled"];
  if (!isJsonObject(condition)) return null;
  const { type, expression } = condition;
  if (typeof type !== "string" || type.toLowerCase() !== "expression") return null;
  return typeof expression !== "string" || expression.trim() === "" ? null : holds(expression);
}

function preconditions(planned: JsonObject): JsonObject[] {
  return Array.isArray(planned["preconditions"]) ? planned["preconditions"].filter(isJsonObject) : [];
}

const onlyExpressions = (planned: JsonObject): boolean => {
  const all = preconditions(planned);
  return all.length > 0 && all.every(({ type }) => type === "expression");
};

function wrongPrecondition(planned: JsonObject, holds: (expression: string) => boolean): string | null {
  for (const { type, context } of preconditions(planned)) {
    const expression = isJsonObject(context) ? context["expression"] : null;
    if (type === "expression" && typeof expression === "string" && !holds(expression)) return expression;
  }
  return null;
}
