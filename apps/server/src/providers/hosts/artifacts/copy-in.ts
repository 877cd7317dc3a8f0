import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readdir, readlink, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { ArtifactSource } from "../cluster/launch.ts";

/** Copies or unpacks an artifact into `target`, an empty directory. Throws `invalid_request` with the path and what to do. */
export async function copyIn(source: ArtifactSource, target: string): Promise<void> {
  const kind = source.type === "host/directory" ? "directory" : "file";
  const found = await stat(source.reference).catch((error: NodeJS.ErrnoException) => {
    throw unusable(
      source,
      error.code === "ENOENT"
        ? `there is no such ${kind} on this machine; build it first or correct the reference`
        : `it cannot be read (${error.code}); give Gennaker's user access to it`,
    );
  });
  if (kind === "directory" ? !found.isDirectory() : !found.isFile()) {
    throw unusable(source, `it is not a ${kind}; use the other artifact type or correct the reference`);
  }
  try {
    await (kind === "directory" ? copyDirectory(source.reference, target) : unpack(source.reference, target));
  } catch (error) {
    if (error instanceof GennakerError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC") throw unusable(source, "the disk of the data directory is full; make room and try again");
    if (code === "EACCES" || code === "EPERM")
      throw unusable(source, `a part of it cannot be read or stored: ${message}`);
    throw unusable(source, `${kind === "file" ? "it is no sound archive: " : ""}${message}`);
  }
  if ((await readdir(target)).length === 0)
    throw unusable(source, "it is empty; build it first or correct the reference");
}

async function copyDirectory(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) {
    const source = join(from, name);
    const target = join(to, name);
    const entry = await lstat(source);
    if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (entry.isDirectory()) {
      await mkdir(target);
      await copyDirectory(source, target);
    } else if (entry.isFile()) await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    else
      throw new GennakerError("invalid_request", `The artifact cannot be used: ${source} is a device, socket or pipe`);
  }
}

/** Strict: what the archive reader would only warn about (absolute paths, `..`, links out) refuses the whole archive. */
async function unpack(file: string, cwd: string): Promise<void> {
  const bad: string[] = [];
  // Loaded with the first archive: it takes megabytes.
  const { extract } = await import("tar");
  await extract({
    file,
    cwd,
    strict: true,
    preserveOwner: false,
    noMtime: true,
    filter: (path, entry) => {
      const link = "linkpath" in entry && typeof entry.linkpath === "string" ? entry.linkpath : "";
      const hard = "type" in entry && entry.type === "Link";
      if (isTricky(path) || (hard && isTricky(link))) bad.push(path);
      return bad.length === 0;
    },
  });
  if (bad.length > 0) {
    throw new GennakerError("invalid_request", `The archive ${file} is refused: its entry ${bad[0]} leads out of it`);
  }
}

function isTricky(path: string): boolean {
  return path.startsWith("/") || path.split(/[/\\]/).includes("..");
}

function unusable(source: ArtifactSource, reason: string): GennakerError {
  return new GennakerError(
    "invalid_request",
    `The artifact ${source.type} ${source.reference} cannot be used: ${reason}`,
  );
}
