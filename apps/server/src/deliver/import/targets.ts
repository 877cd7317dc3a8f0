import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ApplicationInput } from "@gennaker/contract/resources/application.ts";
import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";
import { stringifyExact } from "../../platform/values/exact-numbers.ts";
import type { Applications } from "../applications/api.ts";
import type { NotificationSettings } from "../notification-settings/api.ts";
import type { Pipelines, PipelineText } from "../pipelines/api.ts";
import type { Projects } from "../projects/api.ts";
import type { Templates } from "../templates/api.ts";
import { stableId } from "./content.ts";
import type { CanaryConfigStore } from "./shared-targets.ts";
import { canaryConfigTarget, projectTarget, templateTarget } from "./shared-targets.ts";
import type { Stored, Target } from "./target.ts";
import { oneByOne } from "./target.ts";

export type TargetDependencies = {
  applications: Applications;
  pipelines: Pipelines;
  strategies: Pipelines;
  templates: Templates;
  projects: Projects;
  notificationSettings: NotificationSettings;
  canaryConfigs: CanaryConfigStore;
};

/** What a pipeline's or strategy's document becomes when it is checked. */
export type Repair = (kind: "pipeline" | "strategy", document: JsonObject) => JsonObject;

export function createTargets(stores: TargetDependencies, repair: Repair): Record<ImportKind, Target> {
  return {
    application: applicationTarget(stores.applications),
    applicationPermissions: permissionsTarget(stores.applications),
    pipeline: pipelineTarget(stores.pipelines, "pipeline", repair),
    strategy: pipelineTarget(stores.strategies, "strategy", repair),
    template: templateTarget(stores.templates),
    canaryConfig: canaryConfigTarget(stores.canaryConfigs, stores.applications),
    project: projectTarget(stores.projects),
    notifications: notificationsTarget(stores.notificationSettings),
  };
}

function applicationTarget(applications: Applications): Target {
  const stored = (found: { name: string; text: string }): Stored => ({
    key: found.name,
    name: found.name,
    application: found.name,
    text: found.text,
  });
  return oneByOne({
    async find({ name }) {
      const found = await applications.get(name);
      return found ? stored(found) : null;
    },
    async save({ name, document, text }, found, actor) {
      // An imported application gets no guards that it does not bring.
      const input =
        found === null && document["trafficGuards"] === undefined ? { ...document, trafficGuards: [] } : document;
      return stored(await applications.save(name, input as ApplicationInput, actor, text));
    },
    async list(application) {
      const found = application === null ? null : await applications.get(application);
      return found ? [stored(found)] : [];
    },
  });
}

/** Front50 keeps an application's permissions apart; here they are one of its attributes. */
function permissionsTarget(applications: Applications): Target {
  const stored = (name: string, permissions: JsonObject[string]): Stored => ({
    key: name,
    name,
    application: name,
    text: JSON.stringify({ name, permissions }),
  });
  return oneByOne({
    async find({ name }) {
      const permissions = (await applications.get(name))?.attributes["permissions"];
      return permissions === undefined ? null : stored(name, permissions);
    },
    async save({ name, document }, _found, actor) {
      const application = await applications.get(name);
      const permissions = document["permissions"] ?? {};
      const guards = application === null ? { trafficGuards: [] } : {};
      const input = { ...guards, ...application?.attributes, permissions };
      await applications.save(name, input as ApplicationInput, actor, application?.text);
      return stored(name, permissions);
    },
    // Its application is exported with them.
    list: async () => [],
  });
}

/** As many pipelines as one transaction stores. */
const pipelinesTogether = 200;

function pipelineTarget(pipelines: Pipelines, kind: "pipeline" | "strategy", repair: Repair): Target {
  const stored = ({ id, name, application, text }: PipelineText): Stored => ({ key: id, name, application, text });
  const idOf = (document: JsonObject) =>
    typeof document["id"] === "string" && document["id"] !== "" ? document["id"] : null;
  return {
    together: pipelinesTogether,
    async find(all) {
      const wanted = all.map(({ document, name, application }) => ({ id: idOf(document), name, application }));
      return (await pipelines.find(wanted)).map((found) => (found ? stored(found) : null));
    },
    async save(all, actor) {
      const documents = all.map(({ incoming: { document, name, application, text }, found, checked }) => {
        const id = found?.key ?? idOf(document) ?? stableId(kind, application ?? "", name.toLowerCase());
        const whole = withTriggerIds({ ...(checked ?? document), id }, id);
        return { document: whole, received: text, checked: checked !== null };
      });
      const saved = await pipelines.saveAll(documents, actor);
      return saved.map((each) => (each instanceof GennakerError ? each : stored(each)));
    },
    asStored: (document, key) => repair(kind, withTriggerIds(document, key)),
    async list(application) {
      return application === null ? [] : (await pipelines.list(application)).map(stored);
    },
  };
}

/** A schedule without an id gets one that is the same at each import. */
function withTriggerIds(document: JsonObject, id: string): JsonObject {
  const { triggers } = document;
  if (!Array.isArray(triggers)) return document;
  return {
    ...document,
    triggers: triggers.map((trigger, index) => {
      if (typeof trigger !== "object" || trigger === null || Array.isArray(trigger)) return trigger;
      const lacks = trigger["type"] === "cron" && (trigger["id"] ?? "") === "";
      return lacks ? { ...trigger, id: stableId("trigger", id, String(index)) } : trigger;
    }),
  };
}

function notificationsTarget(settings: NotificationSettings): Target {
  const stored = (application: string, document: JsonObject): Stored => ({
    key: application,
    name: application,
    application,
    text: JSON.stringify(document),
  });
  const get = async (application: string) => {
    const document = await settings.get(application);
    return Object.keys(document).length <= 1 ? null : stored(application, document);
  };
  return oneByOne({
    find: async ({ application }) => (application === null ? null : get(application)),
    async save({ application, document }, _found, actor) {
      if (application === null) throw new GennakerError("invalid_request", "Notifications need an application.");
      return stored(application, await settings.save(application, document, actor));
    },
    async list(application) {
      const found = application === null ? null : await get(application);
      return found === null ? [] : [found];
    },
  });
}

/** The document's text with an id, where it has none: what others name it by. */
export function withKey(kind: ImportKind, text: string, key: string): string {
  if (kind === "application" || kind === "applicationPermissions" || kind === "notifications" || kind === "template")
    return text;
  const document = JSON.parse(text) as JsonObject;
  return typeof document["id"] === "string" && document["id"] !== ""
    ? text
    : stringifyExact({ ...document, id: key }, text);
}
