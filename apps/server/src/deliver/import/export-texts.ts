import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";
import { importKinds } from "@gennaker/pipeline-model/import/types.ts";
import { parseExact } from "../../platform/values/exact-numbers.ts";
import type { ExportedText, ExportRequest } from "./api.ts";
import { storedHash } from "./content.ts";
import type { Recorded, Records } from "./records.ts";
import type { Target } from "./target.ts";
import { withKey } from "./targets.ts";

/**
 * The documents of an application, or of none, kind after kind, each kind in its order. One that stands as it was imported
 * comes as it was received (with the id it has here, where it had none); one that was changed or made here as it is stored.
 */
export async function exportTexts(
  { application, pipeline, as }: ExportRequest,
  targets: Record<ImportKind, Target>,
  records: Records,
): Promise<ExportedText[]> {
  const texts: ExportedText[] = [];
  for (const kind of pipeline === null ? importKinds : (["pipeline"] as const)) {
    const all = await targets[kind].list(application?.toLowerCase() ?? null);
    const stored = pipeline === null ? all : all.filter(({ key }) => key === pipeline);
    const keys = stored.map(({ key }) => key);
    const imported = as === "stored" ? new Map<string, Recorded>() : await records.of(kind, keys);
    for (const { key, name, application: of, text } of stored) {
      const before = imported.get(key);
      const asImported = before !== undefined && before.storedHash === storedHash(text);
      texts.push({ kind, name, application: of, text: withKey(kind, asImported ? before.received : text, key) });
    }
  }
  return texts;
}

/** One object a line, application after application, what belongs to none at the end; only one application is held at a time. */
export async function* exportLines(
  applications: readonly string[],
  exported: (application: string | null) => Promise<ExportedText[]>,
): AsyncGenerator<string> {
  for (const application of [...applications, null]) {
    const lines = (await exported(application)).map(({ kind, name, application: of, text }) => {
      const head = JSON.stringify({ kind, name, application: of }).slice(0, -1);
      return `${head},"document":${withoutBreaks(text)}}\n`;
    });
    if (lines.length > 0) yield lines.join("");
  }
}

/** Documents may have been received over several lines; between the parts of a document, breaks mean nothing. */
function withoutBreaks(text: string): string {
  return /[\r\n]/.test(text) ? JSON.stringify(parseExact(text)) : text.trim();
}
