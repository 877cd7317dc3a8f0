import { stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join, resolve, sep } from "node:path";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { ArtifactSource } from "../cluster/launch.ts";
import { type InstanceUser, mayUse } from "../processes/instance-user.ts";

/**
 * Throws `invalid_request`, saying what to do, unless the program can be run: a path with a slash is looked up in the
 * artifact (or is absolute), a bare name on `path`, as the instances' user.
 */
export async function checkCommand(
  artifact: { root: string; source: ArtifactSource },
  program: string,
  path: string,
  user: InstanceUser,
): Promise<void> {
  if (!program.includes("/")) {
    for (const folder of path.split(delimiter)) if ((await runnable(join(folder, program), user)) === null) return;
    throw refused(
      program,
      `no such program is on the PATH of instances (${path})${hint(user)}; put it into the artifact and call it ./${program}, or install it`,
    );
  }
  const full = isAbsolute(program) ? program : resolve(artifact.root, program);
  const shown = isAbsolute(program) ? program : `${artifact.source.reference}: ${program}`;
  if (!isAbsolute(program) && !full.startsWith(artifact.root + sep)) {
    throw refused(shown, "it leads out of the artifact; use an absolute path or one inside");
  }
  const problem = await runnable(full, user);
  if (problem === "missing")
    throw refused(shown, "there is no such file; correct the command or add it to the artifact");
  if (problem === "not executable")
    throw refused(shown, `the file is not executable${hint(user)}; run chmod +x on it and deploy again`);
  if (problem !== null) throw refused(shown, problem);
}

function hint(user: InstanceUser): string {
  return user === null ? "" : ` for the user ${user.uid} that instances run as`;
}

function refused(command: string, reason: string): GennakerError {
  return new GennakerError("invalid_request", `The command ${command} cannot be run: ${reason}`, {
    problems: [{ pointer: "/command/0", reason }],
  });
}

/** Null when the file can be run by `user`; otherwise why not. */
async function runnable(file: string, user: InstanceUser): Promise<string | null> {
  const found = await stat(file).catch(() => null);
  if (found === null) return "missing";
  if (!found.isFile()) return "it is not a file";
  return mayUse(found, user, 1) && (await unreachable(dirname(file), user)) === null ? null : "not executable";
}

/** The first directory on the way to `path` that `user` may not pass; null when there is none. */
export async function unreachable(path: string, user: InstanceUser): Promise<string | null> {
  const parts = resolve(path)
    .split(sep)
    .filter((part) => part !== "");
  for (let length = 0; length <= parts.length; length += 1) {
    const folder = `/${parts.slice(0, length).join("/")}`;
    const found = await stat(folder).catch(() => null);
    if (found === null || !mayUse(found, user, 1)) return folder;
  }
  return null;
}
