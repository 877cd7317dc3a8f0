import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** No fetch takes that long; what is older was left by a process that was killed. */
const oldMs = 6 * 60 * 60_000;

/** Removes what killed processes left in a directory for temporary files. Never fails: it is only tidying. */
export async function removeLeftovers(directory: string, now = Date.now()): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((one) => /^(artifact|git)-/.test(one))) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && now - found.mtimeMs > oldMs) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
