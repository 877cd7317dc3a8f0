import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Log } from "./log.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const followParent = new URL("../../../../tools/follow-parent.mjs", import.meta.url).href;

export type UiBuild = {
  /** Where the built files are, or will be. */
  folder: string;
  /** What is going on, in a sentence for the waiting page. */
  state(): string;
  /** Ends a build that is under way. */
  stop(): void;
};

/**
 * Builds the UI in the background when its sources have changed since the last build (a hash of their contents). The
 * server does not wait for it.
 */
export function startUiBuild(log: Log): UiBuild {
  const hash = hashOfSources();
  const folder = join(root, "apps", "web", "dist", hash);
  if (existsSync(join(folder, "index.html"))) return { folder, state: () => "The UI is ready.", stop: () => undefined };
  let state = "The UI is being built for the first time; this takes a few seconds.";
  mkdirSync(folder, { recursive: true });
  const drafts = readdirSync(join(folder, ".."));
  for (const name of abandonedDrafts(drafts, isAlive))
    rmSync(join(folder, "..", name), { recursive: true, force: true });
  const draft = `${folder}.${process.pid}`;
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  // It dies with this process, even by kill -9: restarts must not pile up builds.
  const child = spawn(
    process.execPath,
    ["--import", followParent, vite, "build", "--outDir", draft, "--emptyOutDir", "--logLevel", "error"],
    {
      cwd: join(root, "apps", "web"),
      stdio: ["ignore", "ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: process.env["HOME"] ?? "",
        NODE_ENV: "production",
        GENNAKER_PARENT_FD: "3",
      },
    },
  );
  let stopped = false;
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4_000)));
  child.on("error", (error) => failed(error.message));
  child.on("exit", (code) => {
    if (stopped) return rmSync(draft, { recursive: true, force: true });
    if (code !== 0) return failed(output.trim() || `exit code ${code}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
    log("info", "the UI is built", { folder });
  });
  child.unref();
  function failed(why: string): void {
    state = "The UI could not be built; the server's log says why. The API and the command line work.";
    rmSync(draft, { recursive: true, force: true });
    log("error", "the UI could not be built", { cause: why });
  }
  return {
    folder,
    state: () => state,
    stop() {
      stopped = true;
      child.kill();
      rmSync(draft, { recursive: true, force: true });
    },
  };
}

/** Unfinished builds (`HASH.PID`) of processes that are gone. */
export function abandonedDrafts(names: readonly string[], alive: (pid: number) => boolean): string[] {
  return names.filter((name) => {
    const pid = /^[0-9a-f]{16}\.(\d+)$/.exec(name)?.[1];
    return pid !== undefined && !alive(Number(pid));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  const folders = ["apps/web", "packages/contract/src", "packages/client/src"];
  for (const folder of folders) addFolder(hash, join(root, folder));
  hash.update(readFileSync(join(root, "package-lock.json")));
  return hash.digest("hex").slice(0, 16);
}

function addFolder(hash: ReturnType<typeof createHash>, folder: string): void {
  const skip = new Set(["dist", "node_modules", "e2e"]);
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (skip.has(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, path);
    else hash.update(entry.name).update(readFileSync(path));
  }
}
