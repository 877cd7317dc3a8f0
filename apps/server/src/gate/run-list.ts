import type { RunText, RunTexts, RunVersion } from "../engine/api.ts";
import { executionText } from "./execution-json.ts";

/** Runs as JSON text. What was told before and has not changed since is not read again. */
export type RunList = {
  /** A JSON array of those that are still there, in the order given. */
  listOf(versions: readonly RunVersion[]): Promise<string>;
  /** One as a JSON object; null when there is none. */
  one(id: string): Promise<string | null>;
};

/** Most characters kept, and most of one run that is worth keeping. */
const limits = { characters: 8_000_000, each: 400_000 };

type Kept = { version: number; text: string };

export function createRunList(
  runs: RunTexts,
  { characters, each }: typeof limits = limits,
  textOf: (run: RunText) => string = executionText,
): RunList {
  const kept = new Map<string, Kept>();
  let size = 0;
  const drop = (id: string) => {
    size -= kept.get(id)?.text.length ?? 0;
    kept.delete(id);
  };
  const keep = (id: string, one: Kept) => {
    if ((kept.get(id)?.version ?? 0) > one.version) return;
    drop(id);
    if (one.text.length > each) return;
    kept.set(id, one);
    size += one.text.length;
    for (const oldest of kept.keys()) {
      if (size <= characters) break;
      drop(oldest);
    }
  };

  /** By id; a run that changes meanwhile is told as it is now. */
  async function texts(versions: readonly RunVersion[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const missing: string[] = [];
    for (const { id, version } of versions) {
      const known = kept.get(id);
      if (known?.version !== version) missing.push(id);
      else {
        found.set(id, known.text);
        // Used last: dropped last.
        kept.delete(id);
        kept.set(id, known);
      }
    }
    for (const [id, run] of await runs.read(missing)) {
      const text = textOf(run);
      found.set(id, text);
      keep(id, { version: run.version, text });
    }
    return found;
  }

  return {
    async listOf(versions) {
      const found = await texts(versions);
      return `[${versions.flatMap(({ id }) => found.get(id) ?? []).join(",")}]`;
    },
    async one(id) {
      return (await texts(await runs.versionsOf([id], []))).get(id) ?? null;
    },
  };
}
