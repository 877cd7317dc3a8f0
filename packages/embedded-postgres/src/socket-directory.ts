import { chmodSync, lstatSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { EmbeddedPostgresError, explainingFileErrors } from "./errors.ts";
import { readIfPresent, writeAtomically } from "./files.ts";
import type { Layout } from "./layout.ts";
import { canReach, giveTo, type ServerUser } from "./server-user.ts";
import { databaseName, roleName } from "./settings.ts";

/** The port number in the socket's name; the directory is private, so it can be the same everywhere. */
export const socketPort = 5432;
const socketName = `.s.PGSQL.${socketPort}`;

/** The longest socket path that every system takes (104 bytes with the final zero on macOS, 108 on Linux). */
const longestPath = 100;

/** Does the path of the socket fit into the address of a Unix socket? */
export function fitsSocketAddress(directory: string): boolean {
  return Buffer.byteLength(join(directory, socketName)) <= longestPath;
}

/**
 * Chooses the directory of the server's socket: below the data directory where its path is short enough, the server's
 * user can reach it and the file system takes sockets; otherwise a private one in the directory for temporary files,
 * which is noted in the data directory so that later starts use it again or remove it.
 */
export async function chooseSocketDirectory(layout: Layout, user: ServerUser): Promise<string> {
  const noted = notedDirectory(layout);
  // Stays while Gennaker runs, whatever becomes reachable meanwhile: the address is in use by every replica.
  if (noted !== undefined && isPrivate(noted, user)) return noted;
  const own = layout.socket;
  if (fitsSocketAddress(own) && canReach(user, dirname(own), "pass") && (await takesSockets(own))) return own;
  for (const place of new Set([tmpdir(), "/tmp"])) {
    if (!canReach(user, place, "pass") || !fitsSocketAddress(join(place, "gennaker-XXXXXX"))) continue;
    return explainingFileErrors(place, () => {
      const made = mkdtempSync(join(place, "gennaker-"));
      chmodSync(made, 0o700);
      giveTo(user, made);
      writeAtomically(noteOf(layout), made, 0o600);
      return made;
    });
  }
  throw new EmbeddedPostgresError(
    "not_writable",
    `No directory was found for the database's socket: the path of ${own} is longer than ${longestPath} bytes or ` +
      `closed to user id ${user.uid}, and so is ${tmpdir()}. Choose a shorter --data directory or set TMPDIR.`,
  );
}

/**
 * Removes the socket of a server that is dead. Its lock file would stop a new one if the old process id is in use again
 * or its process has not been reaped.
 */
export function clearSocket(directory: string): void {
  for (const suffix of ["", ".lock"]) rmSync(join(directory, `${socketName}${suffix}`), { force: true });
}

/** Removes a private directory that `chooseSocketDirectory` made. */
export function removeSocketDirectory(layout: Layout, user: ServerUser): void {
  const noted = notedDirectory(layout);
  if (noted !== undefined && isPrivate(noted, user)) rmSync(noted, { recursive: true, force: true });
  rmSync(noteOf(layout), { force: true });
}

/** The connection string for a socket directory; it holds no secret. */
export function databaseUrl(socketDirectory: string, role = roleName, database = databaseName): string {
  return `postgresql://${role}@localhost/${database}?host=${encodeURIComponent(socketDirectory)}&port=${socketPort}`;
}

function noteOf(layout: Layout): string {
  return join(layout.run, "socket-directory");
}

function notedDirectory(layout: Layout): string | undefined {
  return readIfPresent(noteOf(layout))?.trim() || undefined;
}

function isPrivate(directory: string, user: ServerUser): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  return found !== undefined && found.isDirectory() && found.uid === user.uid && (found.mode & 0o077) === 0;
}

/** Some file systems (shared folders of virtual machines, for one) cannot hold sockets. */
function takesSockets(directory: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen(join(directory, `.probe.${process.pid}`), () => server.close(() => resolve(true)));
  });
}
