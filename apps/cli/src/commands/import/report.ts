import type { ImportCounts, ImportItem } from "@gennaker/contract/resources/import.ts";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { CliContext } from "../../context.ts";
import { CliError } from "../../errors.ts";

export type Report = {
  add(items: readonly ImportItem[]): Promise<void>;
  /** Ends files and prints the summary; gives the counts. */
  end(summary: {
    id: string | null;
    dryRun: boolean;
    complete: boolean;
    remarks: readonly string[];
  }): Promise<ImportCounts>;
};

/** Items shown to a person; the rest is counted. */
const mostShown = 200;
const mostNotes = 4;
const outcomes = ["imported", "repaired", "attention", "unchanged", "refused"] as const;

/** Writes the report as it comes, so that it never has to be held: for a person, as JSON on standard output, into a file. */
export function createReport(context: CliContext, flags: { json?: boolean; output?: string }): Report {
  const { stdout } = context.process;
  const counts: ImportCounts = { imported: 0, repaired: 0, attention: 0, unchanged: 0, refused: 0 };
  const sinks: Writable[] = [];
  let fault: Error | null = null;
  if (flags.json === true) sinks.push(stdout);
  const file = flags.output === undefined ? null : createWriteStream(flags.output);
  file?.on("error", (error) => (fault = error));
  if (file) sinks.push(file);
  let written = 0;
  let shown = 0;
  let hidden = 0;

  const write = async (text: string) => {
    if (fault) throw new CliError(`${flags.output ?? "The report"} cannot be written: ${fault.message}.`);
    for (const sink of sinks) {
      // A reader that went away is no failure of the import.
      if (!sink.write(text) && !sink.destroyed) await once(sink, "drain").catch(() => undefined);
    }
  };

  return {
    async add(items) {
      for (const item of items) {
        counts[item.outcome] += 1;
        await write(`${written === 0 ? '{"items":[\n' : ",\n"}${JSON.stringify(item)}`);
        written += 1;
        if (flags.json === true || item.outcome === "imported" || item.outcome === "unchanged") continue;
        if (shown >= mostShown) hidden += 1;
        else stdout.write(itemText(item));
        shown += 1;
      }
    },
    async end({ id, dryRun, complete, remarks }) {
      const summary = { id, dryRun, complete, counts, remarks };
      await write(`${written === 0 ? '{"items":[' : "\n"}],${JSON.stringify(summary).slice(1)}\n`);
      if (file) {
        file.end();
        await finished(file).catch((error: Error) => {
          throw new CliError(`${flags.output ?? ""} cannot be written: ${error.message}.`);
        });
      }
      if (flags.json !== true) stdout.write(summaryText(summary, hidden));
      return counts;
    },
  };
}

function itemText(item: ImportItem): string {
  const what = [item.kind ?? "unknown", [item.application, item.name].filter(Boolean).join("/")].join(" ");
  const grave = item.notes.filter(({ level }) => level !== "note");
  const lines = grave.slice(0, mostNotes).map(({ level, pointer, message, suggestion }) => {
    const more = suggestion === undefined || level === "repaired" ? "" : `\n      ${suggestion}`;
    return `    ${pointer === "" ? "" : `${pointer}: `}${message}${more}`;
  });
  if (grave.length > mostNotes) lines.push(`    and ${grave.length - mostNotes} more`);
  return `${item.outcome.padEnd(9)} ${what}  (${item.source}${item.pointer})\n${lines.map((line) => `${line}\n`).join("")}`;
}

type Summary = {
  id: string | null;
  dryRun: boolean;
  complete: boolean;
  counts: ImportCounts;
  remarks: readonly string[];
};

function summaryText({ id, dryRun, complete, counts, remarks }: Summary, hidden: number): string {
  const words = outcomes.map((outcome) => `${counts[outcome]} ${outcome}`).join(", ");
  const lines = [
    ...(hidden > 0 ? [`… and ${hidden} more; --output FILE writes them all.`] : []),
    ...remarks,
    `${dryRun ? "Would come to" : complete ? "Done" : "So far"}: ${words}.${dryRun ? " Nothing was changed." : ""}`,
    ...(id === null ? [] : [`Report: ${id}`]),
  ];
  return `${lines.join("\n")}\n`;
}
