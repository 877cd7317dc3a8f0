import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { matchesSubset } from "@gennaker/pipeline-model/trigger-subset.ts";
import { decodeTime } from "ulid";
import type { ExecutionFilter, ExecutionView } from "../engine/api.ts";
import type { GateRequest, GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { executionJson } from "./execution-json.ts";
import { statusesOf } from "./executions.ts";

type Search = Pick<GateDependencies, "engine" | "pipelines" | "runs">;

const mostAnswered = 500;
/** So few are looked up one by one. */
const fewPipelines = 4;
/** How many runs are looked at in one step, and for how long in all. */
const [atOnce, patienceMs] = [1_000, 20_000];

/** Gate's search of an application's runs (`*`: of every application's) by trigger, time and status. */
export function executionSearchRoutes(dependencies: Search, now: () => number = Date.now): GateRoute[] {
  return [
    {
      method: "GET",
      path: "/applications/:application/executions/search",
      handle: async (request) => ({ body: await search(dependencies, request, now) }),
    },
  ];
}

async function search(dependencies: Search, { params, query }: GateRequest, now: () => number): Promise<JsonObject[]> {
  const subset = decodedTrigger(query["trigger"]);
  const start = wholeOf(query, "startIndex", 0);
  const size = wholeOf(query, "size", 10);
  if (size === 0) throw invalid("size", "must be above 0");
  const filter = await filterOf(dependencies, params["application"] ?? "", query, subset);
  if (filter === null) return [];
  const { engine } = dependencies;
  const wanted = start + Math.min(size, mostAnswered);
  let found: readonly ExecutionView[];
  if (Object.keys(subset).length === 0)
    found = (await newest(engine, filter, params["application"] ?? "", wanted)).slice(start);
  else {
    const ids = (await matching(dependencies, filter, subset, wanted, now)).slice(start);
    const { oldestFirst = false } = filter;
    found = ids.length === 0 ? [] : await engine.list({ ids, limit: ids.length, oldestFirst });
  }
  const expand = query["expand"] === "true";
  return found.map((run) => (expand ? executionJson(run) : folded(executionJson(run))));
}

/**
 * The first runs of these pipelines. Where they are all of an application the application leads to them: most of its runs are
 * theirs, and one index is read instead of one place for each pipeline. Runs of pipelines that are gone are passed over.
 */
async function newest(
  engine: Search["engine"],
  filter: Omit<ExecutionFilter, "limit">,
  application: string,
  wanted: number,
): Promise<ExecutionView[]> {
  const { pipelineConfigIds, ...rest } = filter;
  if (pipelineConfigIds === undefined || pipelineConfigIds.length < fewPipelines)
    return engine.list({ ...filter, limit: wanted });
  const own = new Set(pipelineConfigIds);
  const found: ExecutionView[] = [];
  let last: string | undefined;
  for (;;) {
    const cursor = last === undefined ? {} : filter.oldestFirst === true ? { after: last } : { before: last };
    const page = await engine.list({ ...rest, ...cursor, application: application.toLowerCase(), limit: wanted });
    for (const run of page) if (run.pipelineConfigId !== null && own.has(run.pipelineConfigId)) found.push(run);
    last = page.at(-1)?.id;
    if (found.length >= wanted || last === undefined || page.length < wanted) return found.slice(0, wanted);
  }
}

/**
 * Reads triggers on, page after page, until enough runs match or none is left. What takes too long ends with the moment that
 * was reached, from which the caller may go on.
 */
async function matching(
  { runs }: Search,
  filter: Omit<ExecutionFilter, "limit">,
  subset: JsonObject,
  wanted: number,
  now: () => number,
): Promise<string[]> {
  const until = now() + patienceMs;
  const holding = plainTexts(subset);
  const found: string[] = [];
  let last: string | undefined;
  for (;;) {
    const cursor = last === undefined ? {} : filter.oldestFirst === true ? { after: last } : { before: last };
    const page = await runs.triggers({ ...filter, ...cursor, limit: atOnce }, holding);
    for (const { id, trigger } of page) if (trigger !== null && matchesSubset(trigger, subset)) found.push(id);
    last = page.at(-1)?.id;
    if (found.length >= wanted || last === undefined || page.length < atOnce) return found.slice(0, wanted);
    if (now() > until) throw tooLong(last, filter.oldestFirst === true);
  }
}

function tooLong(last: string, oldestFirst: boolean): GennakerError {
  const bound = oldestFirst ? "triggerTimeStartBoundary" : "triggerTimeEndBoundary";
  const text = `The search is not over after ${patienceMs / 1_000} s. Narrow it by pipelineName, statuses or triggerTypes, or go on with ${bound}=${decodeTime(last)}.`;
  return new GennakerError("invalid_request", text, {
    problems: [{ pointer: "/trigger", reason: "matches too few runs" }],
  });
}

/** The texts that a matching trigger holds word for word, whatever the case; what may be a pattern is none. */
function plainTexts(value: Json): string[] {
  if (typeof value === "string") return isPlain(value) ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(plainTexts) : [];
}

function isPlain(text: string): boolean {
  return /^[\w -]+$/.test(text);
}

/** What the engine can look for; null when nothing can match. The rest of the trigger is compared run by run. */
async function filterOf(
  { pipelines }: Search,
  application: string,
  query: GateRequest["query"],
  subset: JsonObject,
): Promise<Omit<ExecutionFilter, "limit"> | null> {
  const from = wholeOf(query, "triggerTimeStartBoundary", 0);
  const until = wholeOf(query, "triggerTimeEndBoundary", Number.MAX_SAFE_INTEGER);
  if (from > until) throw invalid("triggerTimeStartBoundary", "must not be after triggerTimeEndBoundary");
  const name = query["pipelineName"] ?? "";
  const statuses = statusesOf(query["statuses"]);
  const types = (query["triggerTypes"] ?? "").split(",").filter((type) => type !== "");
  const filter: Omit<ExecutionFilter, "limit"> = {
    type: "PIPELINE",
    ...(from > 0 ? { from: new Date(Math.min(from, latest)) } : {}),
    ...(until < latest ? { until: new Date(until) } : {}),
    ...(statuses.length > 0 ? { statuses } : {}),
    ...(types.length > 0 && !types.includes("*") ? { triggerTypes: types } : {}),
    ...(query["eventId"] ? { eventId: query["eventId"] } : {}),
    ...(query["reverse"] === "true" ? { oldestFirst: true } : {}),
    ...parametersOf(subset),
  };
  if (application === "*") return name === "" ? filter : { ...filter, name };
  const pipelineConfigIds = await pipelines.ids(application, name === "" ? undefined : name);
  if (pipelineConfigIds.length === 0) return null;
  return { ...filter, pipelineConfigIds };
}

/** The last moment a `Date` can hold. */
const latest = 8_640_000_000_000_000;

/** Parameters that are plain texts are looked for in the index; what may be a pattern is not. */
function parametersOf(subset: JsonObject): { parameters?: Record<string, string> } {
  const given = subset["parameters"];
  if (typeof given !== "object" || given === null || Array.isArray(given)) return {};
  const plain = Object.entries(given).filter(([, value]) => typeof value === "string" && isPlain(value));
  return plain.length === 0 ? {} : { parameters: Object.fromEntries(plain) as Record<string, string> };
}

function decodedTrigger(encoded: string | undefined): JsonObject {
  if (encoded === undefined || encoded === "") return {};
  try {
    const value = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as Json;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw invalid("trigger", "must be a JSON object, encoded in base64");
}

function wholeOf(query: GateRequest["query"], name: string, otherwise: number): number {
  const text = query[name];
  if (text === undefined || text === "") return otherwise;
  if (/^\d{1,19}$/.test(text)) return Number(text);
  throw invalid(name, "must be a whole number, 0 or more");
}

function invalid(name: string, reason: string): GennakerError {
  return new GennakerError("invalid_request", `${name} ${reason}.`, { problems: [{ pointer: `/${name}`, reason }] });
}

/** Without `expand` the stages come without contexts (but their group), outputs and tasks, and parents without stages. */
function folded(run: JsonObject): JsonObject {
  const stages = (run["stages"] as JsonObject[]).map((stage) => {
    const group = (stage["context"] as JsonObject)["group"];
    return { ...stage, context: group === undefined ? {} : { group }, outputs: {}, tasks: [] };
  });
  return { ...run, stages, trigger: withoutParentStages(run["trigger"] as JsonObject) };
}

function withoutParentStages(trigger: JsonObject): JsonObject {
  const parent = trigger["parentExecution"];
  if (typeof parent !== "object" || parent === null || Array.isArray(parent)) return trigger;
  const outer = parent["trigger"];
  const nested = typeof outer === "object" && outer !== null && !Array.isArray(outer);
  const bare = { ...parent, ...(parent["stages"] === undefined ? {} : { stages: [] }) };
  return { ...trigger, parentExecution: nested ? { ...bare, trigger: withoutParentStages(outer) } : bare };
}
