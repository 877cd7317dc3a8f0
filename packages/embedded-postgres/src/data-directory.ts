import { acquireDirectoryLock } from "./directory-lock.ts";
import { dataDirectoryId, layoutOf, prepareFolders, prepareRoot } from "./layout.ts";
import { serverUser } from "./server-user.ts";

/** Holds a data directory without a database of its own (one is named by a URL). Throws as `startEmbeddedPostgres` does. */
export async function openDataDirectory(directory: string): Promise<{ id: string; release(): void }> {
  const layout = layoutOf(directory);
  const user = serverUser(layout.cluster);
  prepareRoot(layout, user);
  const lock = await acquireDirectoryLock(layout.root);
  prepareFolders(layout, user);
  return { id: dataDirectoryId(layout), release: () => lock.release() };
}
