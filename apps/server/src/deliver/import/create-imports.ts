import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ImportItem } from "@gennaker/contract/resources/import.ts";
import type { PlanContext } from "@gennaker/pipeline-model/import/plan-item.ts";
import { readiness } from "@gennaker/pipeline-model/import/readiness.ts";
import { neededBy } from "@gennaker/pipeline-model/import/references.ts";
import type { Needed } from "@gennaker/pipeline-model/import/references.ts";
import type { ReadText } from "@gennaker/pipeline-model/import/read-text.ts";
import type { Inventory } from "@gennaker/pipeline-model/import/types.ts";
import { validatePipeline } from "@gennaker/pipeline-model/validate-pipeline.ts";
import { randomUUID } from "node:crypto";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { ImportAccess, Imports } from "./api.ts";
import { documentsOf } from "./documents.ts";
import { exportLines, exportTexts } from "./export-texts.ts";
import { inOrder } from "./in-order.ts";
import { importItems } from "./import-items.ts";
import type { Found, ItemDependencies, Work } from "./import-items.ts";
import {
  checkContinued,
  createRecords,
  listReports,
  noCounts,
  openSession,
  reportPage,
  writeReport,
} from "./records.ts";
import { refusalOf } from "./refusal.ts";
import { createTargets } from "./targets.ts";
import type { TargetDependencies } from "./targets.ts";

export type ImportsDependencies = TargetDependencies & {
  database: Database;
  audit: AuditLog;
  checkCanaryConfig: ItemDependencies["checkCanaryConfig"];
  rules: PlanContext["rules"];
  strategyRules: PlanContext["strategyRules"];
  /** What this server has at the moment. */
  inventory(): Promise<Inventory>;
  /** The documents of a text in JSON or YAML. */
  readText(text: string): Promise<ReadText[]>;
};

export function createImports(dependencies: ImportsDependencies): Imports {
  const { database, audit, rules, strategyRules } = dependencies;
  const targets = createTargets(dependencies, (kind, document) => {
    return validatePipeline(document, kind === "strategy" ? strategyRules : rules).pipeline ?? document;
  });
  const records = createRecords(database);

  return {
    async run({ items: received, dryRun, overwrite, importId, accounts }, actor, access) {
      if (importId !== null) await checkContinued(database, importId, dryRun, await onlyOwn(actor, access));
      const context: PlanContext = { inventory: await dependencies.inventory(), rules, strategyRules, accounts };
      const { found, refused } = await documentsOf(received, dependencies.readText);
      const session = openSession(records);
      const parts: ItemDependencies = {
        targets,
        records: session,
        checkCanaryConfig: dependencies.checkCanaryConfig,
        refusal: refusalOf(access),
      };
      const work = { context, options: { dryRun, overwrite }, parts, actor };
      const items = [...refused];
      try {
        const made = dryRun ? [] : await missingApplications(found, work);
        items.push(
          ...(await inOrder(
            found,
            (kind) => (kind === null ? 1 : targets[kind].together),
            (each) => importItems(each, work),
          )),
          ...made,
        );
      } catch (error) {
        // What was stored stays, and is known next time.
        await database.transaction((tx) => session.flush(tx, actor)).catch(() => undefined);
        throw error;
      }
      const id = importId ?? randomUUID();
      const counts = noCounts();
      for (const { outcome } of items) counts[outcome] += 1;
      await database.transaction(async (tx) => {
        await session.flush(tx, actor);
        await writeReport(tx, { id, continues: importId !== null, dryRun }, items, actor);
        const action = dryRun ? "import.tried" : "import.run";
        await audit.record(tx, { actor, action, resource: `import/${id}`, application: null, after: { ...counts } });
      });
      return { id, dryRun, counts, items };
    },
    list: async (limit, actor, access) => listReports(database, limit, await onlyOwn(actor, access)),
    get: async (id, page, actor, access) => reportPage(database, id, page, await onlyOwn(actor, access)),
    export: (request) => exportTexts(request, targets, records),
    async *exportAll(as, may) {
      const names = (await dependencies.applications.list()).map(({ name }) => name).filter(may);
      yield* exportLines(names, (application) => exportTexts({ application, pipeline: null, as }, targets, records));
    },
    async readiness(pipeline) {
      const missing = new Set<string>();
      for (const needed of neededBy(pipeline)) if (!(await isThere(needed))) missing.add(keyOf(needed));
      return readiness(pipeline, {
        ...(await dependencies.inventory()),
        rules,
        has: (needed) => !missing.has(keyOf(needed)),
      });
    },
  };

  /** Pipelines belong to an application that can be looked at: one that is not here is made, and that is told. */
  async function missingApplications(found: readonly Found[], work: Work): Promise<ImportItem[]> {
    const brought = new Set(
      found.flatMap(({ classified }) => (classified.kind === "application" ? [classified.name] : [])),
    );
    const wanted = new Map<string, string>();
    for (const { classified, source } of found) {
      if (classified.kind !== "pipeline" && classified.kind !== "strategy") continue;
      const { application } = classified;
      if (application !== null && /^[a-z0-9._-]{1,250}$/.test(application) && !brought.has(application))
        wanted.set(application, source);
    }
    const made: ImportItem[] = [];
    for (const [name, source] of wanted) {
      const document: JsonObject = { name };
      const incoming = { name, application: name, document, text: JSON.stringify(document) };
      if ((await targets.application.find([incoming]))[0] !== null) continue;
      const needed: Found = {
        source,
        classified: { kind: "application", name, application: name, pointer: "", document },
        text: incoming.text,
      };
      const [item] = await importItems([needed], { ...work, options: { dryRun: false, overwrite: false } });
      // Its pipelines are refused for the same reason.
      if (item === undefined || item.outcome === "refused") continue;
      const message =
        "was not among what was imported, and is made for its pipelines; its own document replaces it later";
      item.notes.push({ level: "note", code: "application.made", pointer: "", message });
      made.push(item);
    }
    return made;
  }

  async function isThere({ what, name, application }: Needed): Promise<boolean> {
    if (what === "canaryConfig") {
      return (
        (await dependencies.canaryConfigs.get(name)) !== null ||
        (await dependencies.canaryConfigs.find(name, application ?? "")) !== null
      );
    }
    if (what === "template") {
      const expanded = await dependencies.templates.expand({
        schema: "v2",
        type: "templatedPipeline",
        template: { reference: name },
      });
      return (
        !("problems" in expanded) ||
        expanded.problems.every(({ pointer }) => pointer !== "/instance/template/reference")
      );
    }
    const store = what === "strategy" ? dependencies.strategies : dependencies.pipelines;
    return (
      (await store.get(name)) !== null || (application !== null && (await store.byName(application, name)) !== null)
    );
  }
}

/** Null where somebody may look at (and go on with) everybody's imports, which tell of every application; otherwise whose they may. */
async function onlyOwn(actor: Actor, access: ImportAccess): Promise<string | null> {
  return (await access.refusal([{ verb: "write", resource: { kind: "system", name: null } }], null)) === null
    ? null
    : actor.user;
}

const keyOf = ({ what, name, application }: Needed): string => JSON.stringify([what, name, application]);
