import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { parseExpression } from "@gennaker/expressions/parse.ts";
import { splitTemplate } from "@gennaker/expressions/template.ts";
import type { StageRules } from "../stages/rules.ts";
import { validatePipeline } from "../validate-pipeline.ts";
import { bodyOf, pipelineNotes } from "./pipeline-notes.ts";
import { neededBy } from "./references.ts";
import type { Needed } from "./references.ts";
import type { Inventory } from "./types.ts";

/** `blocks`: a run would not start, or fail when it comes there; `check`: it runs, perhaps not as in Spinnaker. */
export type ReadinessFinding = {
  level: "blocks" | "check";
  code: string;
  pointer: string;
  message: string;
  suggestion?: string;
};
export type Readiness = { ready: boolean; findings: ReadinessFinding[] };

export type ReadinessInventory = Inventory & {
  rules: ReadonlyMap<string, StageRules>;
  /** Whether what the pipeline names is stored here. */
  has(needed: Needed): boolean;
};

const names: Record<Needed["what"], string> = {
  pipeline: "pipeline",
  strategy: "strategy",
  canaryConfig: "canary config",
  template: "template",
};

/** What stands between a pipeline and its first run on a server with this inventory, the gravest first. */
export function readiness(pipeline: JsonObject, inventory: ReadinessInventory): Readiness {
  const { problems } = validatePipeline(pipeline, inventory.rules);
  const findings: ReadinessFinding[] = problems
    .filter(({ level }) => level === "error")
    .map(({ pointer, message }) => ({ level: "blocks", code: "invalid", pointer, message }));
  for (const note of pipelineNotes(pipeline, inventory)) {
    if (note.level !== "attention") continue;
    const { code, pointer, message, suggestion } = note;
    const level = blocking.some((start) => code.startsWith(start)) ? "blocks" : "check";
    findings.push({ level, code, pointer, message, ...(suggestion === undefined ? {} : { suggestion }) });
  }
  findings.push(...missing(pipeline, inventory), ...wrongExpressions(pipeline), ...state(pipeline));
  const ordered = findings.toSorted((left, right) => Number(left.level === "check") - Number(right.level === "check"));
  return { ready: ordered.every(({ level }) => level === "check"), findings: ordered };
}

/** Artifact accounts are asked only when something is fetched; a stage of an unknown type or account fails in any case. */
const blocking = [
  "account.missing.deploy",
  "account.missing.metrics",
  "stage.unsupported",
  "provider.missing",
  "secret.foreign",
];

function missing(pipeline: JsonObject, inventory: ReadinessInventory): ReadinessFinding[] {
  return neededBy(pipeline)
    .filter((needed) => !inventory.has(needed))
    .map(({ what, name, application, pointer }) => {
      const fires = pointer.includes("/triggers/");
      const of = application === null ? "" : ` of ${application}`;
      return {
        level: fires ? "check" : "blocks",
        code: `${what}.missing`,
        pointer,
        message: `the ${names[what]} "${name}"${of} is not here${fires ? "; this trigger never fires" : ""}`,
        suggestion: "Import it too, or choose another one.",
      } as const;
    });
}

function wrongExpressions(pipeline: JsonObject): ReadinessFinding[] {
  if (pipeline["expressions"] === "cel") return [];
  const findings: ReadinessFinding[] = [];
  const look = (value: Json, pointer: string): void => {
    if (findings.length >= 100) return;
    if (typeof value === "string") {
      const fault = value.includes("${") ? faultOf(value) : null;
      if (fault !== null)
        findings.push({
          level: "check",
          code: "expression.syntax",
          pointer,
          message: `the expression ${fault}; the text stays as it is, as in Spinnaker`,
        });
    } else if (Array.isArray(value)) value.forEach((item, index) => look(item, `${pointer}/${index}`));
    else if (isJsonObject(value)) {
      if (value["expressions"] === "cel") return;
      for (const [key, inner] of Object.entries(value))
        look(inner, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    }
  };
  for (const { holder, at } of bodyOf(pipeline)) look(holder["stages"] ?? null, `${at}/stages`);
  return findings;
}

function faultOf(text: string): string | null {
  try {
    for (const part of splitTemplate(text)) if (part.type !== "text") parseExpression(part.text);
    return null;
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
}

function state(pipeline: JsonObject): ReadinessFinding[] {
  const findings: ReadinessFinding[] = [];
  if (pipeline["disabled"] === true) {
    const message = "the pipeline is disabled: nothing starts it";
    findings.push({
      level: "blocks",
      code: "disabled",
      pointer: "/disabled",
      message,
      suggestion: "Enable it when you switch over.",
    });
  }
  const none = Array.isArray(pipeline["stages"]) ? pipeline["stages"].length === 0 : pipeline["stages"] === undefined;
  if (none && pipeline["template"] === undefined && pipeline["config"] === undefined) {
    findings.push({
      level: "blocks",
      code: "noStages",
      pointer: "/stages",
      message: "there are no stages: a run fails at once",
    });
  }
  const required = Array.isArray(pipeline["parameterConfig"]) ? pipeline["parameterConfig"] : [];
  const triggers = Array.isArray(pipeline["triggers"]) ? pipeline["triggers"].filter(isJsonObject) : [];
  required.forEach((parameter, index) => {
    if (!isJsonObject(parameter) || parameter["required"] !== true || (parameter["default"] ?? "") !== "") return;
    const name = String(parameter["name"] ?? "");
    const gives = (trigger: JsonObject) =>
      isJsonObject(trigger["parameters"]) && Object.hasOwn(trigger["parameters"], name);
    if (triggers.every((trigger) => trigger["enabled"] === false || gives(trigger))) return;
    findings.push({
      level: "check",
      code: "parameter.required",
      pointer: `/parameterConfig/${index}`,
      message: `"${name}" is required and has no default: unlike in Spinnaker, a trigger that does not give it starts nothing`,
      suggestion: "Give it a default, or let each trigger give it.",
    });
  });
  return findings;
}
