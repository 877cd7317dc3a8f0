import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";
import { importKinds } from "@gennaker/pipeline-model/import/types.ts";
import type { ExportedText } from "./api.ts";
import { storedHash } from "./content.ts";
import type { Records } from "./records.ts";
import type { Target } from "./target.ts";
import { withKey } from "./targets.ts";

/**
 * The documents of an application, or of none, kind after kind, each kind in its order. One that stands as it was imported
 * comes as it was received (with the id it has here, where it had none); one that was changed or made here as it is stored.
 */
export async function exportTexts(
  application: string | null,
  targets: Record<ImportKind, Target>,
  records: Records,
): Promise<ExportedText[]> {
  const texts: ExportedText[] = [];
  for (const kind of importKinds) {
    const stored = await targets[kind].list(application?.toLowerCase() ?? null);
    const imported = await records.of(
      kind,
      stored.map(({ key }) => key),
    );
    for (const { key, name, application: of, text } of stored) {
      const before = imported.get(key);
      const asImported = before !== undefined && before.storedHash === storedHash(text);
      texts.push({ kind, name, application: of, text: withKey(kind, asImported ? before.received : text, key) });
    }
  }
  return texts;
}
