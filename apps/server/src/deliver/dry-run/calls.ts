import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import { redactSecrets } from "../../platform/values/redact.ts";
import { manifestCalls } from "./manifest-calls.ts";
import { serverGroupCalls } from "./server-group-calls.ts";
import { flag, listOf, short, text } from "./values.ts";

type Describe = (context: JsonObject, type: string) => string[];

const webhook: Describe = (context) => {
  const url = text(context["url"]) ?? text(context["statusEndpoint"]);
  if (url === null) return [];
  const method = (text(context["method"]) ?? "GET").toUpperCase();
  const headers = isJsonObject(context["customHeaders"]) ? Object.keys(context["customHeaders"]) : [];
  const { payload } = context;
  const body = payload === undefined || payload === null ? "" : ` with the payload ${short(redactSecrets(payload))}`;
  const names = headers.length === 0 ? "" : ` and the headers ${headers.join(", ")} (values hidden)`;
  const status = flag(context["waitForCompletion"]) ? [`polls the status until it ends`] : [];
  const endpoint = text(context["cancelEndpoint"]);
  const cancel =
    endpoint === null
      ? []
      : [`on cancel: ${(text(context["cancelMethod"]) ?? "POST").toUpperCase()} ${withoutSecrets(endpoint)}`];
  return [`${method} ${withoutSecrets(url)}${body}${names}`, ...status, ...cancel];
};

/** An address without user, password and the values of its query. */
function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//").replaceAll(/([?&][^=&]*=)[^&]*/g, "$1******");
}

const pipeline: Describe = (context) => {
  const application = text(context["application"]);
  const name = text(context["pipeline"]) ?? text(context["pipelineId"]) ?? "it names";
  const { pipelineParameters: parameters } = context;
  const given =
    isJsonObject(parameters) && Object.keys(parameters).length > 0
      ? [`with the parameters ${short(redactSecrets(parameters))}`]
      : [];
  const waits = context["waitForCompletion"] === false ? ["without waiting for its end"] : [];
  const where = application === null ? [] : [`of ${application}`];
  return [["starts the pipeline", name, ...where, ...given, ...waits].join(" ")];
};

const script: Describe = (context) => {
  const { command } = context;
  const what = Array.isArray(command) ? command.map(String).join(" ") : text(command);
  const artifact = text(context["scriptArtifactId"]);
  if (what !== null) return [`runs on this server: ${short(what)}`];
  return [
    artifact === null ? "runs a script on this server" : `runs the script of the artifact ${artifact} on this server`,
  ];
};

const canary: Describe = (context) => {
  const settings = isJsonObject(context["canaryConfig"]) ? context["canaryConfig"] : {};
  const config = text(settings["canaryConfigName"]) ?? text(settings["canaryConfigId"]) ?? "given with the stage";
  const account = text(settings["metricsAccountName"]) ?? "builtin";
  const scopes = listOf(settings["scopes"]).filter(isJsonObject);
  const compared = scopes.map(
    ({ experimentScope, controlScope }) => `compares ${String(experimentScope)} with ${String(controlScope)}`,
  );
  return [`judges by the canary config ${config} with metrics of the account ${account}`, ...compared];
};

const nothing: Describe = () => ["calls nothing"];

const described: Readonly<Record<string, Describe>> = {
  webhook,
  pipeline,
  script,
  kayentaCanary: canary,
  evaluateVariables: nothing,
  evaluateArtifacts: nothing,
  wait: ({ waitTime }) => [`waits ${String(waitTime ?? 0)} seconds`],
  waitUntil: ({ epochMillis }) => [epochMillis === undefined ? "calls nothing" : `waits until ${moment(epochMillis)}`],
  waitForCondition: () => ["asks again and again until its condition holds"],
  manualJudgment: ({ instructions }) => {
    const words = text(instructions);
    return [words === null ? "asks a person to judge" : `asks a person to judge: ${short(words)}`];
  },
  checkPreconditions(context) {
    const clusters = listOf(context["preconditions"]).filter(
      (each) => isJsonObject(each) && each["type"] === "clusterSize",
    );
    return clusters.length === 0 ? ["calls nothing"] : ["reads the size of a cluster"];
  },
  runMultiplePipelines: (context) => [`starts the pipelines of its plan: ${short(context["yamlConfig"] ?? "")}`],
  findArtifactFromExecution(context) {
    const application = text(context["application"]);
    const where = application === null ? "" : ` of ${application}`;
    return [`reads the artifacts of a run of the pipeline ${text(context["pipeline"]) ?? "it names"}${where}`];
  },
  savePipelinesFromArtifact: (context) => [
    `saves the pipelines of the artifact ${text(context["pipelinesArtifactId"]) ?? "it names"}`,
  ],
  shiftTraffic: (context) => [
    `moves traffic of the load balancer ${text(context["loadBalancer"]) ?? text(context["loadBalancerName"]) ?? "it names"}`,
  ],
  upsertLoadBalancer: (context) => [
    `creates or changes the load balancer ${text(context["loadBalancerName"]) ?? text(context["name"]) ?? ""}`.trim(),
  ],
};

function moment(value: Json): string {
  const time = new Date(Number(value));
  return Number.isNaN(time.getTime()) ? String(value) : time.toISOString();
}

/**
 * What the stage would call: an HTTP request, an operation of a provider, another pipeline, a person. `context` is the
 * stage's, evaluated as far as it can be.
 */
export function callsOf(type: string, context: JsonObject): string[] {
  const own = described[type]?.(context, type) ?? [];
  const found = own.length > 0 ? own : [...manifestCalls(type, context), ...serverGroupCalls(type, context)];
  if (found.length > 0) return found;
  if (/webhook/i.test(type) && text(context["url"]) !== null) return webhook(context, type);
  const provider = text(context["cloudProvider"]) ?? text(context["provider"]);
  const account = text(context["account"]) ?? text(context["credentials"]);
  const place = account === null ? "" : ` in the account ${account}`;
  return [provider === null ? `runs the stage type ${type}${place}` : `the ${provider} provider: ${type}${place}`];
}
