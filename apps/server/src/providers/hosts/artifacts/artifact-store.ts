import { randomUUID } from "node:crypto";
import { renameSync } from "node:fs";
import { access, chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ArtifactSource } from "../cluster/launch.ts";
import { copyIn } from "./copy-in.ts";
import { sealTree, syncPath, syncTree } from "./seal-tree.ts";

/** Artifacts by content: `DIRECTORY/<digest>/` is read-only, whole and on the disk, or is not there. */
export type ArtifactStore = {
  /** Stores an artifact and keeps it from collection until `release` is called, whether or not anything refers to it. */
  add(source: ArtifactSource): Promise<{ digest: string; release(): void }>;
  path(digest: string): string;
  /** Removes what is neither in `referenced` (asked after a look at the disk) nor held, and leftovers of crashes. */
  collect(referenced: () => Promise<ReadonlySet<string>>): Promise<void>;
};

export function createArtifactStore(directory: string): ArtifactStore {
  const held = new Map<string, number>();
  const staging = new Set<string>();
  /** When a digest was last held, by a count that both holding and collecting move on. */
  const heldAt = new Map<string, number>();
  let clock = 0;

  const hold = (digest: string): (() => void) => {
    held.set(digest, (held.get(digest) ?? 0) + 1);
    heldAt.set(digest, ++clock);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const left = (held.get(digest) ?? 1) - 1;
      if (left === 0) held.delete(digest);
      else held.set(digest, left);
    };
  };

  return {
    path: (digest) => join(directory, digest),

    async add(source) {
      const name = `.staging-${randomUUID()}`;
      const path = join(directory, name);
      staging.add(name);
      try {
        await mkdir(path, { recursive: true });
        await copyIn(source, path);
        const digest = await sealTree(path);
        const release = hold(digest);
        const target = join(directory, digest);
        if (!(await exists(target))) {
          await syncTree(path);
          await chmod(path, 0o555);
          await rename(path, target).catch(async (error: unknown) => {
            // Another deploy of the same content was faster.
            if (!(await exists(target))) throw error;
          });
          await syncPath(directory);
        }
        return { digest, release };
      } finally {
        await removeTree(path);
        staging.delete(name);
      }
    },

    async collect(referenced) {
      const began = ++clock;
      const names = await readdir(directory);
      const keep = await referenced();
      for (const name of names) {
        // Held meanwhile: what refers to it may have come after the question.
        const fresh = held.has(name) || staging.has(name) || (heldAt.get(name) ?? 0) > began;
        if (keep.has(name) || fresh) continue;
        // Moved away in the same step as the check: nobody can be given a tree that is half removed.
        const doomed = join(directory, `.removing-${randomUUID()}`);
        try {
          renameSync(join(directory, name), doomed);
        } catch (error) {
          // Another collection was faster.
          if ((error as { code?: string }).code === "ENOENT") continue;
          throw error;
        }
        heldAt.delete(name);
        await removeTree(doomed);
      }
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Removes a tree whose directories may be read-only; nothing there is success. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await makeWritable(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function makeWritable(path: string): Promise<void> {
  await chmod(path, 0o755).catch(() => undefined);
  for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) await makeWritable(join(path, entry.name));
  }
}
