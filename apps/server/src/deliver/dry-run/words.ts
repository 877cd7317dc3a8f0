import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";

const text = (value: Json | undefined): string | null => (typeof value === "string" && value !== "" ? value : null);
const flag = (value: Json | undefined): boolean => value === true || value === "true";

/** What the stage would call: an HTTP request, an operation of a provider, another pipeline, a person. */
export function callsOf(type: string, context: JsonObject): string[] {
  const url = text(context["url"]);
  if (url !== null && /webhook/i.test(type)) {
    const method = (text(context["method"]) ?? "GET").toUpperCase();
    const headers = isJsonObject(context["customHeaders"]) ? Object.keys(context["customHeaders"]) : [];
    const body = context["payload"] === undefined ? "" : " with a payload";
    const names = headers.length === 0 ? "" : ` and the headers ${headers.join(", ")} (values hidden)`;
    const status = flag(context["waitForCompletion"]) ? [`polls the status until it ends`] : [];
    return [`${method} ${withoutSecrets(url)}${body}${names}`, ...status];
  }
  if (type === "pipeline") return [`starts the pipeline ${text(context["pipeline"]) ?? "it names"}`];
  if (type === "wait") return [`waits ${String(context["waitTime"] ?? 0)} seconds`];
  if (type === "manualJudgment") return ["asks a person to judge"];
  if (type === "evaluateVariables" || type === "checkPreconditions") return ["calls nothing"];
  const provider = text(context["cloudProvider"]) ?? firstProvider(context);
  if (provider === null) return [`runs the stage type ${type}`];
  const account = text(context["account"]) ?? text(context["credentials"]);
  return [`the ${provider} provider: ${type}${account === null ? "" : ` in the account ${account}`}`];
}

function firstProvider(context: JsonObject): string | null {
  const clusters = context["clusters"];
  const [first] = Array.isArray(clusters) ? clusters : [];
  return isJsonObject(first) ? text(first["cloudProvider"]) : null;
}

/** An address without user, password and the values of its query. */
function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//").replaceAll(/([?&][^=&]*=)[^&]*/g, "$1******");
}

/** What holds a stage up or changes how it ends, in words. */
export function stageNotes(stage: JsonObject): string[] {
  const notes: string[] = [];
  if (flag(stage["restrictExecutionDuringTimeWindow"])) notes.push(windowNote(stage["restrictedExecutionWindow"]));
  if (stage["stageTimeoutMs"] !== undefined) {
    const end = flag(stage["markSuccessfulOnTimeout"]) ? "is then taken as a success" : "then fails";
    notes.push(`It has ${Number(stage["stageTimeoutMs"]) / 1000} seconds and ${end}.`);
  }
  if (flag(stage["continuePipeline"])) notes.push("If it fails, the pipeline goes on.");
  else if (stage["failPipeline"] === false || stage["failPipeline"] === "false") {
    const end = flag(stage["completeOtherBranchesThenFail"]) ? ", and the run fails once the others are done" : "";
    notes.push(`If it fails, its branch stops${end}.`);
  }
  if (flag(stage["failOnFailedExpressions"])) notes.push("It fails when one of its expressions cannot be evaluated.");
  return notes;
}

function windowNote(window: Json | undefined): string {
  const spans =
    isJsonObject(window) && Array.isArray(window["whitelist"]) ? window["whitelist"].filter(isJsonObject) : [];
  const clock = (span: JsonObject, side: string): string =>
    [span[`${side}Hour`], span[`${side}Min`]].map((part) => String(part ?? 0).padStart(2, "0")).join(":");
  const shown = spans.map((span) => `${clock(span, "start")}–${clock(span, "end")}`).join(", ");
  const days = isJsonObject(window) && Array.isArray(window["days"]) && window["days"].length > 0;
  return `It begins only inside of its time window${shown === "" ? "" : ` (${shown}${days ? ", on chosen days" : ""})`}.`;
}

/** What holds the whole run up. */
export function pipelineNotes(document: JsonObject): string[] {
  const notes: string[] = [];
  const most = Number(document["maxConcurrentExecutions"] ?? 0);
  if (flag(document["disabled"])) notes.push("The pipeline is disabled: a real start would be refused.");
  if (flag(document["limitConcurrent"])) notes.push("It waits while another run of this pipeline goes on.");
  else if (most > 0) notes.push(`At most ${most} runs of this pipeline go on at a time.`);
  if (Number(document["executionTimeoutMs"] ?? 0) > 0)
    notes.push(`The run is stopped after ${Number(document["executionTimeoutMs"]) / 1000} seconds.`);
  return notes;
}
