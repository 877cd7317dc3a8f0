import { createHash } from "node:crypto";
import { chmod, lstat, open, readdir, readlink, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import { GennakerError } from "@gennaker/contract/errors.ts";

type Entry = { kind: "directory" | "file" | "link"; path: string };

/**
 * Checks a freshly copied tree, makes it read-only and gives its digest: SHA-256 over its entries in byte order of
 * their paths, each as kind, executable or not, path and content (a link: its target). Times and owners do not count.
 * Refuses devices, sockets and pipes, and links that are absolute, dangling or lead out of the tree.
 */
export async function sealTree(root: string): Promise<string> {
  const entries = await listTree(root);
  const realRoot = await realpath(root);
  const digest = createHash("sha256");
  const add = (...fields: string[]): void => {
    for (const field of fields) digest.update(`${Buffer.byteLength(field)}:${field}`);
  };
  for (const { kind, path } of entries) {
    const full = join(root, path);
    if (kind === "link") {
      add("link", path, await checkedLink(root, realRoot, path));
    } else if (kind === "file") {
      const executable = ((await lstat(full)).mode & 0o111) !== 0;
      await chmod(full, executable ? 0o555 : 0o444);
      add("file", executable ? "x" : "-", path, await hashFile(full));
    } else {
      add("directory", path);
    }
  }
  // Directories last and deepest first: a read-only one could not be changed any more.
  for (const { kind, path } of entries.toReversed()) if (kind === "directory") await chmod(join(root, path), 0o555);
  return digest.digest("hex");
}

/** Writes every file and directory of the tree through to the disk. */
export async function syncTree(root: string): Promise<void> {
  for (const { kind, path } of await listTree(root)) if (kind !== "link") await syncPath(join(root, path));
  await syncPath(root);
}

export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function listTree(root: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isSymbolicLink()) entries.push({ kind: "link", path });
      else if (entry.isFile()) entries.push({ kind: "file", path });
      else if (entry.isDirectory()) {
        entries.push({ kind: "directory", path });
        await visit(path);
      } else {
        throw refused(path, "is neither a file, a directory nor a link (a device, socket or pipe)");
      }
    }
  };
  await visit("");
  return entries.sort((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)));
}

async function checkedLink(root: string, realRoot: string, path: string): Promise<string> {
  const target = await readlink(join(root, path));
  const inside = (place: string, top: string): boolean => place === top || place.startsWith(top + sep);
  if (isAbsolute(target)) throw refused(path, `is a link to the absolute path ${target}; use a relative one`);
  if (!inside(resolve(dirname(join(root, path)), target), root))
    throw refused(path, `is a link that leads out of it: ${target}`);
  const real = await realpath(join(root, path)).catch(() => {
    throw refused(path, `is a link to something that is not there: ${target}`);
  });
  if (!inside(real, realRoot)) throw refused(path, `is a link that leads out of it: ${target}`);
  return target;
}

async function hashFile(path: string): Promise<string> {
  const handle = await open(path, "r");
  try {
    const hash = createHash("sha256");
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 1 << 18 }))
      hash.update(chunk as Buffer);
    return hash.digest("hex");
  } finally {
    await handle.close();
  }
}

function refused(path: string, reason: string): GennakerError {
  return new GennakerError("invalid_request", `The artifact cannot be used: ${path} ${reason}`);
}
