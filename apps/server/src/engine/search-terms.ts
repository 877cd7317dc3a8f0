import { createHash } from "node:crypto";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { decodeTime } from "ulid";
import { encodeText } from "../platform/values/document.ts";
import type { Status } from "./api.ts";

/** What a run is found by; everything else about it is found by opening it. */
export type Searchable = {
  id: string;
  application: string;
  name: string;
  pipelineConfigId: string | null;
  user: string;
  trigger: JsonObject;
  status: Status;
};

/** How few runs end. Those that succeeded are most of all, and looking at the nearest ones finds them. */
const rareEnds: ReadonlySet<Status> = new Set(["TERMINAL", "CANCELED", "STOPPED", "FAILED_CONTINUE", "SKIPPED"]);

const mostValues = 200;
const longestTerm = 400;
const weekMs = 7 * 86_400_000;

/** The terms of one kind each; letters keep them apart in one index. */
export const termOf = {
  application: (value: string) => term("a", value),
  name: (value: string) => term("n", value),
  pipeline: (value: string) => term("c", value),
  triggerType: (value: string) => term("t", value),
  user: (value: string) => term("u", value),
  event: (value: string) => term("e", value),
  parameter: (name: string, value: string) => term("p", `${name}=${value}`),
  artifact: (value: string) => term("r", value),
  word: (value: string) => term("x", value),
  end: (value: Status) => term("s", value),
};

/**
 * The term of a status that few runs end with; null for others. A restarted run keeps the term of each of its ends, so the
 * run's row has the last word.
 */
export function endTerm(status: Status): string | null {
  return rareEnds.has(status) ? termOf.end(status) : null;
}

/** Case does not count. A very long value is found whole, by its digest. */
function term(kind: string, value: string): string {
  const text = encodeText(value.trim().toLowerCase());
  if (text.length <= longestTerm) return `${kind}:${text}`;
  return `${kind}:${text.slice(0, 40).toWellFormed()}#${createHash("sha256").update(text).digest("hex")}`;
}

/** The words of a text: runs of letters and digits. */
export function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, 100));
}

/** The week (since 1970) in which the run with this id (ULID) began to exist. */
export function weekOf(id: string): number {
  return Math.floor(decodeTime(id) / weekMs);
}

/** Weeks of a quarter; the database makes quarters of weeks with the same number. */
export const weeksInQuarter = 13;

/** A term of a week's, or of a quarter's, runs. */
export function inPeriod(period: number, termText: string): string {
  return `${period}|${termText}`;
}

/** The terms of a run, without the week. */
export function termsOf(run: Searchable): string[] {
  const terms = new Set<string>();
  const words = new Set<string>();
  const say = (...texts: string[]) => {
    for (const text of texts)
      for (const word of wordsOf(text.slice(0, 2_000))) if (words.size < mostValues) words.add(word);
  };
  terms.add(termOf.application(run.application)).add(termOf.name(run.name));
  const end = endTerm(run.status);
  if (end !== null) terms.add(end);
  if (run.pipelineConfigId !== null) terms.add(termOf.pipeline(run.pipelineConfigId));
  say(run.application, run.name, run.user);
  terms.add(termOf.user(run.user));
  const { trigger } = run;
  for (const user of [trigger["user"], trigger["runAsUser"]]) {
    if (typeof user !== "string" || user === "") continue;
    terms.add(termOf.user(user));
    say(user);
  }
  if (typeof trigger["type"] === "string") terms.add(termOf.triggerType(trigger["type"]));
  for (const key of ["eventId", "correlationId"]) {
    const value = trigger[key];
    if (typeof value === "string") terms.add(termOf.event(value));
  }
  for (const [name, value] of parametersOf(trigger)) {
    terms.add(termOf.parameter(name, value));
    say(name, value);
  }
  for (const artifact of artifactsOf(trigger)) {
    for (const value of artifact) terms.add(termOf.artifact(value));
    say(...artifact);
  }
  for (const key of ["source", "branch", "hash", "repository", "slug", "tag", "buildNumber", "job", "master"]) {
    const value = plain(trigger[key]);
    if (value !== null) say(value);
  }
  for (const word of words) terms.add(termOf.word(word));
  return [...terms];
}

function parametersOf(trigger: JsonObject): [string, string][] {
  const parameters = trigger["parameters"];
  if (!isObject(parameters)) return [];
  return Object.entries(parameters)
    .slice(0, mostValues)
    .map(([name, value]) => [name, plain(value) ?? JSON.stringify(value)]);
}

/** For each artifact what it may be asked for by: its name, reference, version, and `name:version`. */
function artifactsOf(trigger: JsonObject): string[][] {
  const lists = [trigger["artifacts"], trigger["resolvedExpectedArtifacts"]];
  return lists
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .slice(0, mostValues)
    .flatMap((each) => {
      if (!isObject(each)) return [];
      const artifact = isObject(each["boundArtifact"]) ? each["boundArtifact"] : each;
      const { name, reference, version } = artifact;
      const texts = [name, reference, version].filter((value) => typeof value === "string" && value !== "") as string[];
      return [typeof name === "string" && typeof version === "string" ? [...texts, `${name}:${version}`] : texts];
    });
}

/** Numbers and booleans are asked for as they are written. */
function plain(value: Json | undefined): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
