import { spawn } from "node:child_process";
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { EmbeddedPostgresError, explainingFileErrors } from "./errors.ts";
import { readIfPresent, syncDirectory, writeAtomically } from "./files.ts";
import { clusterName, type Layout } from "./layout.ts";
import { explainFailure } from "./server-log.ts";
import { giveTo, ownUserName, spawnIdentity, type ServerUser } from "./server-user.ts";
import { hostBasedAuthentication, renderSettings, renderUserMap, superuserName, type Settings } from "./settings.ts";

/** The environment of the server's programs: nothing of ours, so that no secret is inherited. */
export const serverEnvironment = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

const settingsFile = "gennaker.conf";

/**
 * Makes the cluster if there is none: with the C locale and the server's own Unicode rules for letter case, UTF-8 and
 * page checksums. It is made under another name and renamed when complete, so that a start that was interrupted leaves
 * nothing that looks like data. True if it was made now.
 */
export async function initializeCluster(layout: Layout, binaries: Binaries, user: ServerUser): Promise<boolean> {
  if (existsSync(layout.cluster)) return false;
  const draft = explainingFileErrors(layout.root, () => makeDraft(layout, user));
  const options = [
    `--pgdata=${clusterName(draft, user)}`,
    `--username=${superuserName}`,
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=peer",
  ];
  const { code, output } = await run(binaries.initdb, options, draft, user);
  if (code !== 0) {
    rmSync(draft, { recursive: true, force: true });
    const what = `PostgreSQL's initdb failed in ${layout.postgres} (exit code ${code}).`;
    throw explainFailure(what, output, layout.cluster, layout.serverLog);
  }
  explainingFileErrors(layout.root, () => {
    appendFileSync(join(draft, "postgresql.conf"), `\ninclude_if_exists '${settingsFile}'\n`);
    renameSync(draft, layout.cluster);
    syncDirectory(layout.postgres);
  });
  return true;
}

const draftPrefix = "data.new-";

/**
 * A new name each time: the initdb of a process that was killed may still be writing to the old one, which is removed
 * under it.
 */
function makeDraft(layout: Layout, user: ServerUser): string {
  for (const name of readdirSync(layout.postgres)) {
    if (name.startsWith(draftPrefix))
      rmSync(join(layout.postgres, name), { recursive: true, force: true, maxRetries: 5 });
  }
  const draft = mkdtempSync(join(layout.postgres, draftPrefix));
  chmodSync(draft, 0o700);
  giveTo(user, draft);
  return draft;
}

/** Refuses a cluster of another major version, whose files this server cannot read. */
export function checkMajorVersion(layout: Layout, binaries: Binaries): void {
  if (!existsSync(layout.cluster)) return;
  const found = readIfPresent(join(layout.cluster, "PG_VERSION"))?.trim();
  if (found === binaries.major) return;
  if (found === undefined || found === "") {
    throw new EmbeddedPostgresError(
      "data_corrupt",
      `${layout.cluster} is not a complete PostgreSQL data directory (its file PG_VERSION is missing). ` +
        "Restore a backup of it, or move it away to begin anew.",
    );
  }
  throw new EmbeddedPostgresError(
    "wrong_major_version",
    `The data in ${layout.cluster} was written by PostgreSQL ${found}, and this Gennaker carries PostgreSQL ` +
      `${binaries.major}. Start the Gennaker version that wrote it and export the data, then import it into a new data ` +
      "directory with this one; the data has not been touched.",
    { details: { found, expected: binaries.major } },
  );
}

/** Writes the server's configuration. True if it differs from the one that a running server has read. */
export function configure(layout: Layout, user: ServerUser, settings: Settings): boolean {
  const userName = ownUserName();
  if (userName === undefined) {
    throw new EmbeddedPostgresError(
      "unsupported_platform",
      `PostgreSQL needs a user with a name, and user id ${process.getuid?.()} has none in /etc/passwd. Add an entry ` +
        "for it, start as another user, or set DATABASE_URL to use a PostgreSQL of your own.",
    );
  }
  const wanted: readonly [string, string][] = [
    [settingsFile, renderSettings(settings)],
    ["pg_hba.conf", hostBasedAuthentication],
    ["pg_ident.conf", renderUserMap(userName)],
  ];
  const changed = wanted.filter(([name, text]) => readIfPresent(join(layout.cluster, name)) !== text);
  explainingFileErrors(layout.cluster, () => {
    for (const [name, text] of changed) {
      writeAtomically(join(layout.cluster, name), text, 0o600, user.switch ? user : undefined);
    }
  });
  return changed.length > 0;
}

function run(
  program: string,
  options: string[],
  directory: string,
  user: ServerUser,
): Promise<{ code: number | string; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, options, {
      cwd: directory,
      env: serverEnvironment,
      stdio: ["ignore", "ignore", "pipe"],
      ...spawnIdentity(user),
    });
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output = (output + text).slice(-4_000)));
    child.on("error", (error) => reject(cannotRun(program, error)));
    child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "none", output }));
  });
}

/** The error for a program that the system did not even start. */
export function cannotRun(program: string, cause: Error): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "start_failed",
    `${program} could not be run (${cause.message}). Check that the file system allows programs (no noexec) and that ` +
      "this user may start processes as `nobody` if it is root.",
    { cause },
  );
}
