import {
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { systemErrorCode } from "./errors.ts";

/** The text of a file, undefined if there is none. */
export function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/**
 * Makes a directory and what is missing above it; whether it was missing. Node's own recursive `mkdir` never returns where
 * a file system refuses with ENOENT below a directory that exists, as /proc does.
 */
export function makeDirectories(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "EEXIST" && statSync(path).isDirectory()) return false;
    const parent = dirname(path);
    if (code !== "ENOENT" || existsSync(parent)) throw error;
    makeDirectories(parent, mode);
    return makeDirectories(path, mode);
  }
}

/** Writes a file whole or not at all, on disk before the call returns; `owner` gets it where that is given. */
export function writeAtomically(path: string, text: string, mode: number, owner?: { uid: number; gid: number }): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.new`;
  try {
    const file = openSync(draft, "wx", mode);
    try {
      writeSync(file, text);
      // Through the descriptor: a path in somebody else's directory could be exchanged for a link meanwhile.
      if (owner !== undefined) fchownSync(file, owner.uid, owner.gid);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Makes a rename within a directory survive a loss of power. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
