import { randomUUID } from "node:crypto";
import { chmodSync } from "node:fs";
import { acquireDirectoryLock } from "./directory-lock.ts";
import { explainingFileErrors, notWritableError, systemErrorCode } from "./errors.ts";
import { makeDirectories, readIfPresent, writeAtomically } from "./files.ts";
import { layoutOf, type Layout } from "./layout.ts";
import { serverUser, type ServerUser } from "./server-user.ts";

/** A data directory that this process holds exclusively. */
export type DataDirectory = {
  /** UUID of the directory, made once and kept in it. */
  id: string;
  /** Gives the directory free; may be called more than once. */
  release: () => void;
};

/**
 * Makes a data directory if it is missing and takes its lock. `startEmbeddedPostgres` does this itself; it is for a
 * Gennaker whose database is elsewhere. Throws `EmbeddedPostgresError`: `directory_in_use` with the holder's pid,
 * `not_writable` or `no_space`.
 */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const layout = layoutOf(directory);
  prepareRoot(layout, serverUser(layout.cluster));
  const lock = await acquireDirectoryLock(layout.root);
  try {
    return { id: dataDirectoryId(layout), release: lock.release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Makes the data directory if it is missing. One made here is closed to other users; as root it lets them pass, without
 * listing it, so that the server's user reaches its own part.
 */
function prepareRoot(layout: Layout, user: ServerUser): void {
  explainingFileErrors(layout.root, () => {
    try {
      const made = makeDirectories(layout.root, user.switch ? 0o711 : 0o700);
      if (made && user.switch) chmodSync(layout.root, 0o711);
    } catch (error) {
      if (systemErrorCode(error) === "ENOENT") throw notWritableError(layout.root, error);
      throw error;
    }
  });
}

/** The UUID of this data directory, made at the first call. */
function dataDirectoryId(layout: Layout): string {
  const present = readIfPresent(layout.id)?.trim();
  if (present !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(present)) return present;
  const id = randomUUID();
  explainingFileErrors(layout.root, () => writeAtomically(layout.id, `${id}\n`, 0o644));
  return id;
}
