import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { classify, textOf } from "./classify.ts";
import type { Hint } from "./classify.ts";
import { importKinds } from "./types.ts";
import type { Classified, ImportKind } from "./types.ts";

/** Names of lists in an export of several, and of the folders of one. */
const listKinds: ReadonlyMap<string, ImportKind> = new Map([
  ["applications", "application"],
  ["permissions", "applicationPermissions"],
  ["pipelines", "pipeline"],
  ["pipelineConfigs", "pipeline"],
  ["pipeline-configs", "pipeline"],
  ["strategies", "strategy"],
  ["strategyConfigs", "strategy"],
  ["templates", "template"],
  ["pipelineTemplates", "template"],
  ["pipeline-templates", "template"],
  ["canaryConfigs", "canaryConfig"],
  ["canaryConfig", "canaryConfig"],
  ["canary-configs", "canaryConfig"],
  ["projects", "project"],
  ["notifications", "notifications"],
]);

/** The kind that a folder or a list is called after, null for any other name. */
export function kindByName(name: string): ImportKind | null {
  return listKinds.get(name) ?? null;
}

/** Every document that stands in a received one: itself, those of its lists, or what a task of Gate would save. */
export function unwrap(document: unknown, pointer: string, hint: Hint = {}): Classified[] {
  if (Array.isArray(document)) return document.flatMap((item, index) => unwrap(item, `${pointer}/${index}`, hint));
  if (!isJsonObject(document)) return [classify(document, pointer, hint)];
  const ours = ownItem(document, pointer);
  if (ours !== null) return ours;
  // A request for a judgement carries its config, which has no other name than the file's.
  const { canaryConfig, executionRequest } = document;
  if (isJsonObject(canaryConfig) && isJsonObject(executionRequest))
    return [classify(canaryConfig, `${pointer}/canaryConfig`, { ...hint, kind: "canaryConfig" })];
  const lists = listsOf(document);
  if (lists.length > 0) {
    const application = textOf(document["application"]) ?? textOf(document["name"]) ?? hint.application;
    const inner = application === undefined ? {} : { application };
    return lists.flatMap(([key, kind]) => {
      const { kind: _kind, name: _name, ...rest } = hint;
      return unwrap(document[key], `${pointer}/${key}`, { ...rest, ...inner, kind });
    });
  }
  const jobs = jobsOf(document);
  if (jobs !== null) return jobs.flatMap(([job, at]) => unwrapJob(job, `${pointer}/job/${at}`));
  return [classify(document, pointer, hint)];
}

/** Lists of objects under known names; a canary config's `applications` and a project's are names, so they are none. */
function listsOf(document: JsonObject): [string, ImportKind][] {
  if (Array.isArray(document["stages"]) || isJsonObject(document["config"]) || Array.isArray(document["metrics"]))
    return [];
  return [...listKinds].filter(([key]) => {
    const value = document[key];
    return Array.isArray(value) && value.length > 0 && value.every(isJsonObject);
  });
}

/** What `gennaker export` and the export's path write. */
function ownItem(document: JsonObject, pointer: string): Classified[] | null {
  const { items, kind, document: inner } = document;
  if (Array.isArray(items) && items.every((item) => isJsonObject(item) && isJsonObject(item["document"])))
    return items.flatMap((item, index) => unwrap(item, `${pointer}/items/${index}`));
  const known = importKinds.find((each) => each === kind);
  if (known === undefined || !isJsonObject(inner)) return null;
  const name = textOf(document["name"]);
  const application = textOf(document["application"]);
  const hint: Hint = {
    kind: known,
    ...(name === null ? {} : { name }),
    ...(application === null ? {} : { application }),
  };
  return [classify(inner, `${pointer}/document`, hint)];
}

/** The body of `POST /tasks`, which is how files for `spin application save` and `spin project save` may look. */
function jobsOf(document: JsonObject): [JsonObject, number][] | null {
  const { job } = document;
  if (!Array.isArray(job) || job.length === 0) return null;
  const jobs = job.flatMap((each, index): [JsonObject, number][] => (isJsonObject(each) ? [[each, index]] : []));
  return jobs.length === job.length ? jobs : null;
}

function unwrapJob(job: JsonObject, pointer: string): Classified[] {
  const { type, application, project } = job;
  if ((type === "createApplication" || type === "updateApplication") && isJsonObject(application))
    return [classify(application, `${pointer}/application`, { kind: "application" })];
  if (type === "upsertProject" && isJsonObject(project))
    return [classify(project, `${pointer}/project`, { kind: "project" })];
  return [
    {
      kind: null,
      name: String(type ?? ""),
      pointer,
      reason: `is a task of the type "${String(type ?? "")}", which saves nothing that is imported`,
      suggestion: "Give the document itself, as Gate answers it.",
    },
  ];
}
