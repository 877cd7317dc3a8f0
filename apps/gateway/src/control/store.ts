import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import path from "node:path";

import type { Snapshot } from "@gennaker/gateway-config/snapshot.ts";
import { parseSnapshot } from "@gennaker/gateway-config/snapshot.ts";

/** The file operations that make a snapshot durable, in the order they are used; replaced in tests of that order. */
export interface StoreFiles {
  /** Writes a new file of mode 0600 and flushes it to the disk. */
  writeAndSync(file: string, text: string): void;
  rename(from: string, to: string): void;
  /** Flushes the folder, so that the rename itself survives a power cut. */
  syncFolder(folder: string): void;
}

export const diskFiles: StoreFiles = {
  writeAndSync: (file, text) => {
    const handle = openSync(file, "w", 0o600);
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  },
  rename: renameSync,
  syncFolder: (folder) => {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  },
};

/** Keeps a snapshot: when it returns, a restart after a power cut finds this snapshot. Throws what the disk says. */
export function saveSnapshot(file: string, snapshot: Snapshot, files: StoreFiles = diskFiles): void {
  const temporary = `${file}.${process.pid}.tmp`;
  files.writeAndSync(temporary, `${JSON.stringify(snapshot)}\n`);
  files.rename(temporary, file);
  files.syncFolder(path.dirname(file));
}

export type Loaded =
  | { kind: "loaded"; snapshot: Snapshot }
  | { kind: "absent" }
  /** Unreadable content was moved aside; `problem` says where and why. */
  | { kind: "damaged"; problem: string };

/** Reads the kept snapshot. Damaged content is moved aside, never overwritten: the gateway must come up regardless. */
export function loadSnapshot(file: string): Loaded {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "absent" };
    throw error;
  }
  let reason: string;
  try {
    const result = parseSnapshot(JSON.parse(text));
    if (result.ok) return { kind: "loaded", snapshot: result.snapshot };
    const first = result.problems[0];
    reason = `${first?.pointer ?? ""}: ${first?.reason ?? "not a snapshot"}`;
  } catch (error) {
    reason = error instanceof Error ? error.message : "not JSON";
  }
  const aside = `${file}.damaged-${Date.now()}`;
  renameSync(file, aside);
  return { kind: "damaged", problem: `the state file could not be used (${reason}); it was moved to ${aside}` };
}
