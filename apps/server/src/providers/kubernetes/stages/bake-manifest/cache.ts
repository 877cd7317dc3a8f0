import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

export type BakeCache = {
  get(key: string): Promise<string | null>;
  put(key: string, rendered: string): Promise<void>;
};

/** Rendered manifests by what they were made of, in a directory; the `limit` used last are kept. */
export function createBakeCache(directory: string, limit = 200): BakeCache {
  const fileOf = (key: string): string => join(directory, `${key}.yaml`);
  return {
    async get(key) {
      const text = await readFile(fileOf(key), "utf8").catch(() => null);
      if (text !== null) await utimes(fileOf(key), new Date(), new Date()).catch(() => {});
      return text;
    },
    async put(key, rendered) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const draft = join(directory, `.${key}.${randomUUID()}`);
      await writeFile(draft, rendered, { mode: 0o600 });
      await rename(draft, fileOf(key));
      const files = (await readdir(directory)).filter((name) => name.endsWith(".yaml"));
      if (files.length <= limit) return;
      const used = await Promise.all(
        files.map(async (name) => ({ name, at: (await stat(join(directory, name)).catch(() => null))?.mtimeMs ?? 0 })),
      );
      const old = used.toSorted((a, b) => b.at - a.at).slice(limit);
      await Promise.all(old.map(({ name }) => rm(join(directory, name), { force: true })));
    },
  };
}
