import { access, chmod, constants, copyFile, mkdir, rename, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve, sep } from "node:path";
import { GennakerError } from "@gennaker/contract/errors.ts";
import { unreachable } from "./artifacts/check-command.ts";
import type { InstanceUser } from "./processes/instance-user.ts";

export type HostsDirectories = { artifacts: string; instances: string; runtime: string };

/**
 * Makes `DATA/hosts/{artifacts,instances,runtime}`. Where instances run as another user they need to pass through
 * (mode 711: pass, not list) to their own directories and to artifacts. Throws with what to do.
 */
export async function prepareDirectories(dataDirectory: string, user: InstanceUser): Promise<HostsDirectories> {
  const base = join(dataDirectory, "hosts");
  const directories = {
    artifacts: join(base, "artifacts"),
    instances: join(base, "instances"),
    runtime: join(base, "runtime"),
  };
  try {
    for (const path of [base, ...Object.values(directories)]) {
      await mkdir(path, { recursive: true, mode: 0o711 });
      await chmod(path, 0o711);
      await access(path, constants.W_OK);
    }
    if (user !== null) for (const path of ownFolders(dataDirectory)) await letPass(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new GennakerError(
      "internal",
      `The data directory ${dataDirectory} cannot be written (${code ?? message}): ` +
        "give Gennaker's user write access to it, or start with another one",
      { cause: error },
    );
  }
  const barrier = user === null ? null : await unreachable(base, user);
  if (barrier !== null) {
    throw new GennakerError(
      "internal",
      `Instances run as user ${user?.uid}, which cannot pass ${barrier} on the way to ` +
        `${base}: run chmod o+x ${barrier}, use a data directory elsewhere, or let the account run instances as "same"`,
    );
  }
  return directories;
}

/** The data directory; below the system's temporary directory also what leads to it, as that was made for it. */
function ownFolders(dataDirectory: string): string[] {
  const top = resolve(tmpdir()) + sep;
  const folders = [resolve(dataDirectory)];
  for (let folder = dirname(folders[0] ?? "/"); folder.startsWith(top); folder = dirname(folder)) folders.push(folder);
  return folders;
}

async function letPass(path: string): Promise<void> {
  const { mode, uid } = await stat(path);
  if (uid === process.getuid?.() && (mode & 0o011) !== 0o011) await chmod(path, (mode & 0o7777) | 0o011);
}

/**
 * PATH of instances: Gennaker's, and its own Node last, so that services in JavaScript run on a machine without
 * another one. Where the instances' user cannot reach that Node, it gets a copy.
 */
export async function instancePath(
  directories: Pick<HostsDirectories, "runtime">,
  user: InstanceUser,
  node: string = process.execPath,
): Promise<string> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const own = dirname(node);
  if (!folders.includes(own)) folders.push(own);
  if (user === null) return folders.join(delimiter);
  const reachable: string[] = [];
  for (const folder of folders) if ((await unreachable(folder, user)) === null) reachable.push(folder);
  if (!reachable.includes(own)) reachable.unshift(await copyNode(node, directories.runtime));
  return reachable.join(delimiter);
}

async function copyNode(node: string, runtime: string): Promise<string> {
  const folder = join(runtime, `node-${process.version}`);
  const target = join(folder, "node");
  const { size } = await stat(node);
  if ((await stat(target).catch(() => null))?.size === size) return folder;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const fresh = `${target}.${process.pid}`;
  await copyFile(node, fresh, constants.COPYFILE_FICLONE);
  await chmod(fresh, 0o755);
  await rename(fresh, target);
  return folder;
}
