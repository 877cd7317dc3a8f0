import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { kindOf } from "../kind.ts";
import type { PipelineProblem } from "../problem.ts";
import type { StageRules } from "../stages/rules.ts";
import { validatePipeline } from "../validate-pipeline.ts";
import { mapAccounts } from "./accounts.ts";
import {
  applicationNotes,
  canaryConfigNotes,
  notificationNotes,
  permissionNotes,
  projectNotes,
} from "./other-notes.ts";
import { pipelineNotes } from "./pipeline-notes.ts";
import type { Classified, ImportKind, ImportNote, ImportOutcome, Inventory } from "./types.ts";
import { outcomeOf } from "./types.ts";

export type PlanContext = {
  inventory: Inventory;
  /** Stage types with their rules, for pipelines and templates, and for strategies. */
  rules: ReadonlyMap<string, StageRules>;
  strategyRules: ReadonlyMap<string, StageRules>;
  /** Accounts of there and what they are called here. */
  accounts: Readonly<Record<string, string>>;
};

export type PlannedItem = {
  kind: ImportKind | null;
  name: string;
  application: string | null;
  /** As it is to be stored: accounts mapped, a missing name or application filled in; null when it cannot be. */
  document: JsonObject | null;
  /** A pipeline, strategy or template with what was put right in it; null for the other kinds. */
  repaired: JsonObject | null;
  notes: ImportNote[];
  outcome: Exclude<ImportOutcome, "unchanged">;
};

/** A document as it is to be stored, with what was done to it so far. */
export type PreparedItem = Omit<PlannedItem, "outcome" | "kind" | "document" | "repaired"> & {
  kind: ImportKind;
  document: JsonObject;
  /** What was received stands under `config` of the document: a first-generation configuration on its own. */
  wrapped: boolean;
};

/** Fills in names and maps accounts; nothing is checked yet. Null for what is none of the kinds. */
export function prepareItem(found: Classified, accounts: PlanContext["accounts"]): PreparedItem | null {
  if (found.kind === null) return null;
  const { kind, name, application } = found;
  const notes: ImportNote[] = [];
  const wrapped = kind === "pipeline" && kindOf(found.document) === "templateV1Config";
  const document = wrapped ? instanceOf(found, notes) : filled(found, notes);
  const mapped = mapAccounts(document, accounts);
  if (mapped !== document) {
    notes.push({ level: "note", code: "account.mapped", pointer: "", message: "accounts are called as they are here" });
  }
  return { kind, name, application, document: mapped, notes, wrapped };
}

/** The pipeline that a first-generation configuration is saved as: Spinnaker's tools for these files wrap it the same way. */
function instanceOf(
  { name, application, document }: Extract<Classified, { kind: ImportKind }>,
  notes: ImportNote[],
): JsonObject {
  const message = "is a template's configuration on its own; it is stored as the pipeline that it configures";
  notes.push({ level: "note", code: "config.wrapped", pointer: "", message });
  const names = { ...(name === "" ? {} : { name }), ...(application === null ? {} : { application }) };
  return { ...names, type: "templatedPipeline", config: document };
}

/** What importing a document comes to on a server with this inventory; `known` is what `prepareItem` gave. What is stored already is not looked at. */
export function planItem(found: Classified, context: PlanContext, known?: PreparedItem): PlannedItem {
  if (found.kind === null) {
    const { name, reason, suggestion } = found;
    const notes: ImportNote[] = [{ level: "error", code: "unknown", pointer: "", message: reason, suggestion }];
    return { kind: null, name, application: null, document: null, repaired: null, notes, outcome: "refused" };
  }
  const prepared = known ?? (prepareItem(found, context.accounts) as PreparedItem);
  const { kind, name, application, document } = prepared;
  const missing = missingNames(kind, name, application);
  const said = new Set(missing.map(({ pointer }) => pointer));
  const checked = notesOf(kind, document, context);
  const checks = checked.notes.filter((each) => each.code !== "invalid" || !said.has(each.pointer));
  const received = prepared.wrapped ? checks.map(withoutConfig) : checks;
  const notes = [...prepared.notes, ...missing, ...received];
  return { kind, name, application, document, repaired: checked.repaired, notes, outcome: outcomeOf(notes) };
}

/** A pointer into the received configuration. */
function withoutConfig(note: ImportNote): ImportNote {
  return note.pointer.startsWith("/config/") ? { ...note, pointer: note.pointer.slice("/config".length) } : note;
}

/** Its name and application where a folder, a file or a flag says them and the document does not. */
function filled(
  { kind, name, application, document }: Extract<Classified, { kind: ImportKind }>,
  notes: ImportNote[],
): JsonObject {
  // What is nested under `pipeline` is taken out by its repair, with its own names.
  const inner = [document["pipeline"]].filter(isJsonObject);
  const add: JsonObject = {};
  const fill = (field: string, value: string | null) => {
    const own = document[field];
    if ((typeof own === "string" && own.trim() !== "") || value === null || value === "") return;
    if (inner.some((part) => typeof part[field] === "string")) return;
    add[field] = value;
    const message = `was missing; it is "${value}", after \`app\` or where the document comes from`;
    notes.push({ level: "repaired", code: `${field}.filled`, pointer: `/${field}`, message });
  };
  if (kind === "pipeline" || kind === "strategy") {
    fill("name", name);
    fill("application", application);
  } else if (kind === "template") fill("id", name);
  else if (kind === "notifications") fill("application", application);
  else fill("name", name);
  return Object.keys(add).length === 0 ? document : { ...document, ...add };
}

function missingNames(kind: ImportKind, name: string, application: string | null): ImportNote[] {
  const missing = (field: string, suggestion: string): ImportNote => ({
    level: "error",
    code: `${field}.missing`,
    pointer: `/${field}`,
    message: "is missing",
    suggestion,
  });
  const notes: ImportNote[] = [];
  if (name === "") notes.push(missing(kind === "template" ? "id" : "name", "Add it, or call the file after it."));
  const needs = kind === "pipeline" || kind === "strategy" || kind === "notifications";
  if (needs && application === null) notes.push(missing("application", "Add it, or say --application."));
  return notes;
}

type Checked = { notes: ImportNote[]; repaired: JsonObject | null };

function notesOf(kind: ImportKind, document: JsonObject, context: PlanContext): Checked {
  const { inventory, rules, strategyRules } = context;
  const plain = (notes: ImportNote[]): Checked => ({ notes, repaired: null });
  switch (kind) {
    case "application":
      return plain(applicationNotes(document, inventory));
    case "applicationPermissions":
      return plain(permissionNotes(document));
    case "canaryConfig":
      return plain(canaryConfigNotes(document, inventory));
    case "project":
      return plain(projectNotes(document, inventory));
    case "notifications":
      return plain(notificationNotes(document));
    default: {
      const { problems, pipeline } = validatePipeline(document, kind === "strategy" ? strategyRules : rules);
      const notes = withoutRepeats([...checked(problems), ...pipelineNotes(document, inventory)]);
      return { notes, repaired: pipeline };
    }
  }
}

/** What the schema finds. Unknown types and secrets are said by the inventory's notes, with what to do. */
function checked(problems: readonly PipelineProblem[]): ImportNote[] {
  return problems.flatMap(({ level, pointer, message, suggestion }): ImportNote[] => {
    if (level === "note" && (pointer.endsWith("/type") || /\bsecret\b/.test(message))) return [];
    const code = level === "error" ? "invalid" : level === "repaired" ? "repaired" : "noted";
    const more = suggestion === undefined ? {} : { suggestion: `Probably ${suggestion} is meant.` };
    if (level === "note" && pointer.endsWith("/stages"))
      return [{ level: "attention", code, pointer, message, ...more }];
    return [{ level, code, pointer, message, ...more }];
  });
}

function withoutRepeats(notes: readonly ImportNote[]): ImportNote[] {
  const seen = new Set<string>();
  return notes.filter(({ pointer, message }) => {
    const key = `${pointer} ${message}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
