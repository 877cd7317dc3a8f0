import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ImportItem } from "@gennaker/contract/resources/import.ts";
import type { PlanContext } from "@gennaker/pipeline-model/import/plan-item.ts";
import { readText } from "@gennaker/pipeline-model/import/read-text.ts";
import { readiness } from "@gennaker/pipeline-model/import/readiness.ts";
import { neededBy } from "@gennaker/pipeline-model/import/references.ts";
import type { Needed } from "@gennaker/pipeline-model/import/references.ts";
import { valueAt } from "@gennaker/pipeline-model/pointer.ts";
import { importKinds } from "@gennaker/pipeline-model/import/types.ts";
import type { ImportKind, Inventory } from "@gennaker/pipeline-model/import/types.ts";
import { unwrap } from "@gennaker/pipeline-model/import/unwrap.ts";
import { validatePipeline } from "@gennaker/pipeline-model/validate-pipeline.ts";
import { randomUUID } from "node:crypto";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import { mayHoldExactNumbers, parseExact } from "../../platform/values/exact-numbers.ts";
import type { Imports, ReceivedText } from "./api.ts";
import { exportTexts } from "./export-texts.ts";
import { importItem } from "./import-item.ts";
import type { Found, ItemDependencies } from "./import-item.ts";
import {
  checkContinued,
  createRecords,
  listReports,
  noCounts,
  openSession,
  reportPage,
  writeReport,
} from "./records.ts";
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
};

/** Applications at work at the same time; an application's documents come one after another, in their order. */
const atOnce = 4;

export function createImports(dependencies: ImportsDependencies): Imports {
  const { database, audit, rules, strategyRules } = dependencies;
  const targets = createTargets(dependencies, (kind, document) => {
    return validatePipeline(document, kind === "strategy" ? strategyRules : rules).pipeline ?? document;
  });
  const records = createRecords(database);

  return {
    async run({ items: received, dryRun, overwrite, importId, accounts }, actor) {
      if (importId !== null) await checkContinued(database, importId, dryRun);
      const context: PlanContext = { inventory: await dependencies.inventory(), rules, strategyRules, accounts };
      const { found, refused } = documentsOf(received);
      const session = await openSession(records, keysOf(found));
      const parts: ItemDependencies = { targets, records: session, checkCanaryConfig: dependencies.checkCanaryConfig };
      const items = [...refused];
      try {
        const made = dryRun ? [] : await missingApplications(found, context, parts, actor);
        items.push(
          ...(await inOrder(found, (each) => importItem(each, context, { dryRun, overwrite }, parts, actor))),
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
    list: (limit) => listReports(database, limit),
    get: (id, page) => reportPage(database, id, page),
    export: (application) => exportTexts(application, targets, records),
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
  async function missingApplications(
    found: readonly Found[],
    context: PlanContext,
    parts: ItemDependencies,
    actor: Actor,
  ): Promise<ImportItem[]> {
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
      if ((await targets.application.find(incoming)) !== null) continue;
      const needed: Found = {
        source,
        classified: { kind: "application", name, application: name, pointer: "", document },
        text: incoming.text,
      };
      const item = await importItem(needed, context, { dryRun: false, overwrite: false }, parts, actor);
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

/** The ids that documents bring along: what is recorded of them is read at once. */
function keysOf(found: readonly Found[]): ReadonlyMap<ImportKind, string[]> {
  const keys = new Map<ImportKind, string[]>();
  for (const { classified } of found) {
    if (classified.kind === null) continue;
    const { id } = classified.document;
    if (typeof id === "string" && id !== "" && !id.includes("\0"))
      keys.set(classified.kind, [...(keys.get(classified.kind) ?? []), id]);
  }
  return keys;
}

const keyOf = ({ what, name, application }: Needed): string => JSON.stringify([what, name, application]);

/** Every document of the texts, each with its own text; what cannot be read is refused. */
function documentsOf(received: readonly ReceivedText[]): { found: Found[]; refused: ImportItem[] } {
  const found: Found[] = [];
  const refused: ImportItem[] = [];
  for (const { source, text, ...hint } of received) {
    const read = readText(text);
    const problems = read.length === 0 ? [{ problem: "holds nothing" }] : read;
    for (const [index, one] of problems.entries()) {
      const at = problems.length > 1 ? `/${index}` : "";
      if ("problem" in one) refused.push(unreadable(source, at, one.problem));
      else found.push(...documentsIn(one.text, hint).map((each) => ({ ...each, source, ...placed(each, at) })));
    }
  }
  return { found, refused };
}

function documentsIn(text: string, hint: Omit<ReceivedText, "source" | "text">): Omit<Found, "source">[] {
  const value: unknown = JSON.parse(text);
  const all = unwrap(value, "", hint);
  const exact =
    all.length > 1 || all[0]?.pointer !== "" ? (mayHoldExactNumbers(text) ? parseExact(text) : value) : null;
  return all.map((classified) => ({
    classified,
    text: exact === null ? text : JSON.stringify(valueAt(exact, classified.pointer)),
  }));
}

const placed = ({ classified }: Omit<Found, "source">, at: string) => ({
  classified: { ...classified, pointer: at + classified.pointer },
});

function unreadable(source: string, pointer: string, problem: string): ImportItem {
  return {
    source,
    pointer,
    kind: null,
    name: "",
    application: null,
    outcome: "refused",
    change: "none",
    key: null,
    notes: [{ level: "error", code: "unreadable", pointer: "", message: problem }],
  };
}

/** Kind after kind, as they build on one another; within a kind several applications at once. Answers stand as received. */
async function inOrder(found: readonly Found[], work: (each: Found) => Promise<ImportItem>): Promise<ImportItem[]> {
  const answers: ImportItem[] = [];
  for (const kind of [...importKinds, null]) {
    const ofKind = [...found.entries()].filter(([, { classified }]) => classified.kind === kind);
    const lanes = [
      ...Map.groupBy(ofKind, ([, { classified }]) => (classified.kind === null ? "" : classified.application)).values(),
    ];
    let next = 0;
    const lane = async () => {
      for (let own = lanes[next++]; own !== undefined; own = lanes[next++]) {
        for (const [index, each] of own) answers[index] = await work(each);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, lanes.length) }, lane));
  }
  return answers;
}
