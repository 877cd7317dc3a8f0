import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";
import type { Applications } from "../applications/api.ts";
import type { Projects } from "../projects/api.ts";
import type { Templates } from "../templates/api.ts";
import { stableId } from "./content.ts";
import type { Stored, Target } from "./target.ts";
import { oneByOne } from "./target.ts";

type CanaryConfig = { id: string; name: string; applications: string[]; text: string };
/** What of the canary configs' owner is needed. */
export type CanaryConfigStore = {
  list(application: string | null): Promise<CanaryConfig[]>;
  get(id: string): Promise<CanaryConfig | null>;
  find(idOrName: string, application: string): Promise<CanaryConfig | null>;
  save(id: string | null, document: JsonObject, actor: Actor, receivedText?: string): Promise<CanaryConfig>;
};

const tags: readonly unknown[] = ["latest", "stable", "unstable", "experimental", "test", "canary"];

export function templateTarget(templates: Templates): Target {
  const tagOf = (document: JsonObject) => (tags.includes(document["tag"]) ? String(document["tag"]) : null);
  const keyOf = (id: string, tag: string | null) => (tag === null ? id : `${id}:${tag}`);
  const stored = (found: { id: string; tag: string | null; document: JsonObject }, text?: string): Stored => ({
    key: keyOf(found.id, found.tag),
    name: found.id,
    application: null,
    text: text ?? JSON.stringify(found.tag === null ? found.document : { ...found.document, tag: found.tag }),
  });
  return oneByOne({
    async find({ name, document }) {
      const tag = tagOf(document);
      const found = await templates.get(name, tag === null ? {} : { tag });
      // Without a tag the latest is given, whatever its tag.
      return found ? stored({ ...found, tag }) : null;
    },
    async save({ name, document }, found, actor) {
      const tag = tagOf(document);
      const options = { tag, skipPlanDependents: true };
      const saved = found
        ? await templates.update(name, document, options, actor)
        : await templates.create(document, tag, actor);
      return stored({ ...saved, tag });
    },
    async list(application) {
      if (application !== null) return [];
      // Each save is kept under its digest and as `latest`, too: what has a name of its own is listed.
      const named = Map.groupBy(await templates.versions([]), ({ id }) => id);
      const listed: Stored[] = [];
      for (const [id, versions] of named) {
        const own = [...new Set(versions.map(({ tag }) => tag))].filter((tag) => tag !== "latest");
        for (const tag of own.length === 0 ? ["latest"] : own) {
          const found = await templates.get(id, tag === null ? {} : { tag });
          if (found) listed.push(stored({ ...found, tag }));
        }
      }
      return listed;
    },
  });
}

/** A config belongs to the first of its applications; to none when that is not here. */
export function canaryConfigTarget(configs: CanaryConfigStore, applications: Pick<Applications, "list">): Target {
  const stored = ({ id, name, applications, text }: CanaryConfig): Stored => ({
    key: id,
    name,
    application: applications[0] ?? null,
    text,
  });
  return oneByOne({
    async find({ document, name, application }) {
      const { id } = document;
      const byId = typeof id === "string" && id !== "" ? await configs.get(id) : null;
      const found = byId ?? (await configs.find(name, application ?? ""));
      return found ? stored(found) : null;
    },
    async save({ document, name, application, text }, found, actor) {
      const given = typeof document["id"] === "string" && document["id"] !== "" ? document["id"] : null;
      const id = found?.key ?? given ?? stableId("canaryConfig", application ?? "", name);
      return stored(await configs.save(id, document, actor, text));
    },
    async list(application) {
      const all = (await configs.list(application)).map(stored);
      const of = (each: Stored) => each.application?.toLowerCase() ?? null;
      if (application !== null) return all.filter((each) => of(each) === application);
      const here = new Set((await applications.list()).map(({ name }) => name));
      return all.filter((each) => !here.has(of(each) ?? ""));
    },
  });
}

export function projectTarget(projects: Projects): Target {
  type Found = Awaited<ReturnType<Projects["save"]>>;
  const stored = ({ id, name, text }: Found): Stored => ({ key: id, name, application: null, text });
  return oneByOne({
    async find({ document, name }) {
      const { id } = document;
      const found = (typeof id === "string" && id !== "" ? await projects.get(id) : null) ?? (await projects.get(name));
      return found ? stored(found) : null;
    },
    async save({ document, name, text }, found, actor) {
      const given = typeof document["id"] === "string" && document["id"] !== "" ? document["id"] : null;
      const id = found?.key ?? given ?? stableId("project", name.toLowerCase());
      return stored(await projects.save({ ...document, id }, actor, text));
    },
    list: async (application) => (application === null ? (await projects.list()).map(stored) : []),
  });
}
