import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import { flag } from "./values.ts";

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
