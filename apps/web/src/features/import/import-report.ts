import type { ImportItem, ImportRequestBody, ImportResult } from "@gennaker/contract/resources/import.ts";
import type { Look } from "../../ui/status/look.ts";

export type Outcome = ImportItem["outcome"];
export const outcomes: readonly Outcome[] = ["refused", "attention", "repaired", "imported", "unchanged"];

export const outcomeLooks: Record<Outcome, Look> = {
  imported: { tone: "ok", shape: "check" },
  repaired: { tone: "run", shape: "half" },
  attention: { tone: "wait", shape: "bang" },
  unchanged: { tone: "idle", shape: "minus" },
  refused: { tone: "bad", shape: "cross" },
};

/** A file or a pasted text that is to be imported. */
export type Received = { source: string; text: string };

export type Choices = { application: string; overwrite: boolean; accounts: Readonly<Record<string, string>> };

/** What is sent. Accounts that stay as they are, and an application that was not given, are left out. */
export function requestOf(received: readonly Received[], choices: Choices, dryRun: boolean): ImportRequestBody {
  const accounts = Object.fromEntries(Object.entries(choices.accounts).filter(([, here]) => here !== ""));
  const application = choices.application.trim();
  return {
    dryRun,
    overwrite: choices.overwrite,
    ...(Object.keys(accounts).length > 0 ? { accounts } : {}),
    items: received.map((each) => ({ ...each, ...(application === "" ? {} : { application }) })),
  };
}

/** Names of accounts that the report says are not configured here, each once. */
export function missingAccounts(result: ImportResult | undefined): string[] {
  const names = (result?.items ?? []).flatMap((item) =>
    item.notes.flatMap((note) => {
      const name = note.code.startsWith("account.missing.") ? /"([^"]+)"/.exec(note.message)?.[1] : undefined;
      return name === undefined ? [] : [name];
    }),
  );
  return [...new Set(names)].sort();
}

/** How many items the import would write. */
export function toWrite(result: ImportResult): number {
  return result.items.filter((item) => item.change !== "none" && item.outcome !== "refused").length;
}

/** What needs eyes first: refused, attention, repaired; within that, the order of the documents. */
export function inOrderOfNeed(items: readonly ImportItem[], only: Outcome | null): ImportItem[] {
  return items
    .filter((item) => only === null || item.outcome === only)
    .toSorted((a, b) => outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome));
}
