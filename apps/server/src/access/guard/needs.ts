import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Lookup, Need, Permission, Resource, ResourceKind, Verb } from "@gennaker/contract/permission.ts";

/**
 * The applications that something belongs to: none for what belongs to all, null when there is no such thing. `params` are
 * the request's path and query values.
 */
export type LookUp = (what: Lookup, id: string, params: Readonly<Record<string, string>>) => Promise<string[] | null>;

export type Wanted = { verb: Verb; resource: Resource };
type Parts = { params: unknown; query: unknown; body: unknown };

/** Documents that do not exist yet may be made under an id that the caller chooses. */
const chosenIds: ReadonlySet<Lookup> = new Set(["canaryConfig", "freeze"]);

/** Everything that a request asks for. Throws `not_found` for ids of things that do not exist. */
export async function wantedOf(permission: Permission | null, parts: Parts, lookUp: LookUp): Promise<Wanted[]> {
  if (permission === "everybody") return [];
  if (permission === null) return [{ verb: "administer", resource: { kind: "access", name: null } }];
  const lists = await Promise.all(permission.needs.map((need) => wantedBy(need, parts, lookUp)));
  const all = [...lists.flat(), ...(permission.jobs === true ? await jobsOf(parts, lookUp) : [])];
  const judges = permission.judges === true && Object.hasOwn(objectOf(parts.body), "judgmentStatus");
  return judges ? all.map((each) => (each.verb === "execute" ? { ...each, verb: "judge" } : each)) : all;
}

async function wantedBy(need: Need, parts: Parts, lookUp: LookUp): Promise<Wanted[]> {
  const { verb, kind, of, via } = need;
  if (of === undefined) return [{ verb, resource: { kind, name: null } }];
  const values = valuesAt(parts, of.split(".")).flatMap((value) => textsOf(value, of));
  if (values.length === 0) return need.optional === true ? [] : [{ verb, resource: { kind, name: null } }];
  if (via === undefined) return values.map((value) => wanted(verb, kind, value));
  const params = {
    ...(parts.query as Record<string, string> | undefined),
    ...(parts.params as Record<string, string>),
  };
  const found = await Promise.all(
    values.map(async (id): Promise<Wanted[]> => {
      const applications = await lookUp(via, id, params);
      if (applications !== null) return ofApplications(verb, applications);
      if (chosenIds.has(via)) return ofApplications(verb, []);
      if (need.optional === true) return [];
      throw new GennakerError("not_found", `There is no ${via} ${id.slice(0, 100)}.`);
    }),
  );
  return found.flat();
}

/** `*` and nothing stand for all of a kind. */
function wanted(verb: Verb, kind: ResourceKind, value: string): Wanted {
  return { verb, resource: { kind, name: value === "*" ? null : value.toLowerCase() } };
}

function ofApplications(verb: Verb, applications: readonly string[]): Wanted[] {
  if (applications.length === 0) return [{ verb, resource: { kind: "shared", name: null } }];
  return applications.map((application) => wanted(verb, "application", application));
}

function valuesAt(from: unknown, path: readonly string[]): unknown[] {
  const [step, ...rest] = path;
  if (step === undefined) return [from];
  if (step === "*") return Array.isArray(from) ? from.flatMap((each) => valuesAt(each, rest)) : [];
  if (typeof from !== "object" || from === null || !Object.hasOwn(from, step)) return [];
  return valuesAt((from as Record<string, unknown>)[step], rest);
}

/** Names in the query may be several, with commas; lists in a body are names. */
function textsOf(value: unknown, place: string): string[] {
  if (Array.isArray(value)) return value.filter((each): each is string => typeof each === "string" && each !== "");
  if (typeof value !== "string" || value === "") return [];
  return place.startsWith("query.") ? value.split(",").filter((each) => each !== "") : [value];
}

const applicationJobs = new Set(["createApplication", "updateApplication", "deleteApplication"]);
const pipelineJobs = new Map<string, "pipeline" | "strategy">([
  ["savePipeline", "pipeline"],
  ["updatePipeline", "pipeline"],
  ["deletePipeline", "pipeline"],
  ["saveStrategy", "strategy"],
  ["deleteStrategy", "strategy"],
]);

/** What the jobs of a task ask: changes of stored objects ask for those, stages for running, and writing to accounts. */
async function jobsOf({ params, body }: Parts, lookUp: LookUp): Promise<Wanted[]> {
  const task = objectOf(body);
  const jobs = Array.isArray(task["job"]) ? task["job"].map(objectOf) : [];
  const named = textsOf(task["application"], "body")[0] ?? textsOf(objectOf(params)["application"], "body")[0];
  const application = named ?? "spinnaker";
  const lists = await Promise.all(
    jobs.map(async (job): Promise<Wanted[]> => {
      const type = String(job["type"]);
      if (applicationJobs.has(type))
        return [wanted("write", "application", String(objectOf(job["application"])["name"] ?? ""))];
      const stored = pipelineJobs.get(type);
      if (stored !== undefined) return storedWanted(stored, decoded(job[stored]), lookUp);
      if (type === "reorderPipelines") return [wanted("write", "application", String(decoded(job["application"])))];
      if (/^(upsertProject|deleteProject|(create|update|delete)(V2)?PipelineTemplate)$/.test(type))
        return ofApplications("write", []);
      return [wanted("execute", "application", application), ...accountsOf(job)];
    }),
  );
  return lists.length === 0 ? [wanted("execute", "application", application)] : lists.flat();
}

async function storedWanted(kind: "pipeline" | "strategy", document: unknown, lookUp: LookUp): Promise<Wanted[]> {
  const { application, id } = objectOf(document);
  const before = typeof id === "string" && id !== "" ? await lookUp(kind, id, {}) : null;
  const all = [...(before ?? []), ...(typeof application === "string" && application !== "" ? [application] : [])];
  return all.length === 0
    ? [{ verb: "write", resource: { kind: "application", name: null } }]
    : ofApplications("write", all);
}

/** Accounts that a stage would write to. */
export function accountsOf(stage: Readonly<Record<string, unknown>>): Wanted[] {
  const clusters = Array.isArray(stage["clusters"]) ? stage["clusters"].map(objectOf) : [];
  const names = [stage, objectOf(stage["cluster"]), ...clusters].flatMap((each) => [
    each["account"],
    each["credentials"],
    each["account.name"],
  ]);
  const texts = names.filter((name): name is string => typeof name === "string" && name !== "" && !name.includes("${"));
  return [...new Set(texts)].map((name) => wanted("write", "account", name));
}

/** The users that triggers of a sent pipeline would run as: in a document, a list of them, or the jobs of a task. */
export function runAsUsersOf(body: unknown): string[] {
  const documents = Array.isArray(body) ? body : [body, ...listOf(objectOf(body)["job"]).flatMap(storedOf)];
  const triggers = documents.flatMap((document) => listOf(objectOf(document)["triggers"]));
  const names = triggers.map((trigger) => objectOf(trigger)["runAsUser"]);
  return [...new Set(names.filter((name): name is string => typeof name === "string" && name !== ""))];
}

function storedOf(job: unknown): unknown[] {
  const { pipeline, strategy } = objectOf(job);
  return [decoded(pipeline), decoded(strategy)];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Jobs carry documents as objects, or as text in base64. */
function decoded(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(Buffer.from(value, "base64").toString("utf8")) as unknown;
  } catch {
    return value;
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
