import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { CliError } from "../../../errors.ts";

export type State = {
  has(unit: string): boolean;
  /** Written before it resolves: what is in the file has arrived. */
  add(units: readonly string[]): Promise<void>;
  importId(): string | null;
  setImportId(id: string): void;
  remove(): Promise<void>;
};

type Kept = { of: string; import: string | null; done: string[] };

/** How far an import from `of` has come, in a file; null keeps nothing. A file of another import is refused. */
export async function openState(file: string | null, of: string): Promise<State> {
  const kept: Kept = (file === null ? null : await read(file, of)) ?? { of, import: null, done: [] };
  const done = new Set(kept.done);
  return {
    has: (unit) => done.has(unit),
    async add(units) {
      for (const unit of units) done.add(unit);
      if (file === null || units.length === 0) return;
      const text = `${JSON.stringify({ of, import: kept.import, done: [...done] }, null, 2)}\n`;
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    },
    importId: () => kept.import,
    setImportId: (id) => void (kept.import = id),
    async remove() {
      if (file !== null) await rm(file, { force: true });
    },
  };
}

async function read(file: string, of: string): Promise<Kept | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new CliError(`${file} cannot be read: ${(error as Error).message}.`);
  }
  const kept = parse(text);
  const whole = kept !== null && Array.isArray(kept.done) && kept.done.every((unit) => typeof unit === "string");
  if (!whole)
    throw new CliError(`${file} is no state of an import.`, {
      next: ["Remove it, or give another one by --state FILE."],
    });
  if (kept.of !== of) {
    throw new CliError(`${file} is of an import from ${kept.of}.`, {
      next: ["Remove it, or give another one by --state FILE."],
    });
  }
  return { of, import: typeof kept.import === "string" ? kept.import : null, done: kept.done };
}

function parse(text: string): Kept | null {
  try {
    return JSON.parse(text) as Kept | null;
  } catch {
    return null;
  }
}
