import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { kindOf } from "../kind.ts";
import { describe } from "../words.ts";
import type { Classified, ImportKind } from "./types.ts";

/** What a place says about what stands in it, e.g. the folder `strategies` or a list called `projects`. */
export type Hint = { kind?: ImportKind; application?: string; name?: string };

const applicationFields = [
  "email",
  "cloudProviders",
  "instancePort",
  "permissions",
  "dataSources",
  "platformHealthOnly",
  "platformHealthOnlyShowOverride",
  "trafficGuards",
  "createTs",
  "accounts",
  "repoType",
  "group",
  "pdApiKey",
];
const receiverTypes = [
  "email",
  "slack",
  "sms",
  "googlechat",
  "microsoftteams",
  "githubStatus",
  "pubsub",
  "cdevents",
  "bearychat",
  "hipchat",
];

/** What a document is. Fields that only one kind has decide; a hint decides where they do not. */
export function classify(document: unknown, pointer: string, hint: Hint = {}): Classified {
  const name = isJsonObject(document) ? (textOf(document["name"]) ?? textOf(document["id"]) ?? "") : "";
  const no = (reason: string, suggestion: string): Classified => ({ kind: null, name, pointer, reason, suggestion });
  if (!isJsonObject(document)) {
    return no(`is ${describe(document)}, not an object`, "Give a JSON or YAML object as Gate answers it.");
  }
  const foreign = foreignKind(document);
  if (foreign !== null) return no(foreign[0], foreign[1]);
  const own = ownKind(document);
  // A strategy is a pipeline that is kept elsewhere; older ones do not say it themselves.
  const kind = own === "pipeline" && hint.kind === "strategy" ? "strategy" : (own ?? hint.kind ?? weakKind(document));
  if (kind === null) {
    return no(
      "is none of application, pipeline, strategy, template, canary config, project and notifications",
      "Look whether something around it was cut off; put it into a folder called after its kind, e.g. pipelines/.",
    );
  }
  return named(kind, kind === "application" ? attributesOf(document) : document, pointer, hint);
}

function ownKind(document: JsonObject): ImportKind | null {
  const { stages, metrics, config } = document;
  if (Array.isArray(metrics) && (isJsonObject(document["classifier"]) || isJsonObject(document["judge"])))
    return "canaryConfig";
  const kind = kindOf(document);
  if (kind === "template" || kind === "templateV1") return "template";
  if (kind === "templateInstance" || kind === "templateV1Instance" || kind === "templateV1Config") return "pipeline";
  if (Array.isArray(stages))
    return document["strategy"] === true || document["type"] === "strategy" ? "strategy" : "pipeline";
  if (kind === "nestedPipeline") return "pipeline";
  const shows = ["applications", "pipelineConfigs", "clusters"];
  if (isJsonObject(config) && shows.some((field) => Array.isArray(config[field]))) return "project";
  if (isJsonObject(document["attributes"]) && textOf(document["name"]) !== null) return "application";
  if (receiverTypes.some((type) => hasReceivers(document[type]))) return "notifications";
  if (Object.keys(document).every((key) => permissionFields.includes(key)) && isJsonObject(document["permissions"]))
    return "applicationPermissions";
  return null;
}

const permissionFields = ["id", "name", "permissions", "lastModified", "lastModifiedBy", "updateTs"];

/** Where only the presence of usual fields tells. */
function weakKind(document: JsonObject): ImportKind | null {
  const has = (fields: readonly string[]) => fields.some((field) => document[field] !== undefined);
  if (textOf(document["application"]) !== null) {
    return has(["triggers", "parameterConfig", "expectedArtifacts", "limitConcurrent", "name"]) ? "pipeline" : null;
  }
  if (has(["triggers", "parameterConfig", "expectedArtifacts", "limitConcurrent"])) return "pipeline";
  if (textOf(document["name"]) !== null && has(applicationFields)) return "application";
  return null;
}

const hasReceivers = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((one) => isJsonObject(one) && (one["address"] !== undefined || one["when"] !== undefined));

/** Things of Spinnaker, and of others, that are known and are none of what is imported: why, and what to do instead. */
function foreignKind(document: JsonObject): [reason: string, suggestion: string] | null {
  if (textOf(document["apiVersion"]) !== null && textOf(document["kind"]) !== null)
    return [`is a Kubernetes manifest (${String(document["kind"])})`, "Deploy it by a pipeline with deployManifest."];
  const ran = document["buildTime"] !== undefined || isJsonObject(document["trigger"]);
  if (Array.isArray(document["stages"]) && ran && textOf(document["status"]) !== null)
    return [
      "is an execution: what ran in Spinnaker stays there",
      "Import its pipeline; `gennaker shadow` compares executions with it.",
    ];
  if (isJsonObject(document["hal"]) || Array.isArray(document["deploymentConfigurations"]))
    return ["is Halyard's configuration", "Set up accounts in gennaker.yaml; then import what Gate answers."];
  if (document["delivery-config"] !== undefined || Array.isArray(document["environments"]))
    return ["is a delivery config of managed delivery (Keel), which is not here", "Describe its steps as a pipeline."];
  return null;
}

/** Gate's application has its fields below `attributes`; Front50's has them, and `details`, at the top. */
function attributesOf(document: JsonObject): JsonObject {
  const { attributes, clusters: _clusters, ...rest } = document;
  if (!isJsonObject(attributes)) {
    const { details, ...plain } = document;
    return isJsonObject(details) ? { ...details, ...plain } : document;
  }
  return { ...rest, ...attributes };
}

function named(kind: ImportKind, document: JsonObject, pointer: string, hint: Hint): Classified {
  const inner = kind === "pipeline" && isJsonObject(document["pipeline"]) ? document["pipeline"] : {};
  const config =
    isJsonObject(document["config"]) && isJsonObject(document["config"]["pipeline"])
      ? document["config"]["pipeline"]
      : {};
  const own = textOf(document["name"]) ?? textOf(inner["name"]) ?? textOf(config["name"]);
  if (kind === "application" || kind === "applicationPermissions") {
    const name = (own ?? hint.application ?? hint.name ?? "").toLowerCase();
    return { kind, name, application: name, pointer, document };
  }
  const holders = [document, inner, config];
  // Some writers say `app`, as Kubernetes stages do.
  const said = ["application", "app"].flatMap((field) => holders.map((holder) => textOf(holder[field])));
  const application = said.find((each) => each !== null) ?? hint.application ?? null;
  if (kind === "template") {
    const name = textOf(document["id"]) ?? hint.name ?? "";
    return { kind, name, application: null, pointer, document };
  }
  if (kind === "canaryConfig") {
    const [first] = Array.isArray(document["applications"]) ? document["applications"] : [];
    return { kind, name: own ?? hint.name ?? "", application: textOf(first) ?? null, pointer, document };
  }
  if (kind === "project") return { kind, name: own ?? hint.name ?? "", application: null, pointer, document };
  const lower = application === null ? null : application.toLowerCase();
  if (kind === "notifications") return { kind, name: lower ?? "", application: lower, pointer, document };
  return { kind, name: own ?? hint.name ?? "", application: lower, pointer, document };
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
