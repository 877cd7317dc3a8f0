import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemPath } from "./node/system.ts";

const tie = fileURLToPath(new URL("./tie.sh", import.meta.url));

/** A program that ends with this process. */
export type Program = {
  name: string;
  /** Ends it at once (SIGKILL) and resolves when it is gone. */
  kill(): Promise<void>;
  /** Throws with the end of its log when it has ended by itself. */
  check(): void;
};

/** Starts a program; what it prints goes to `directory/log/NAME.log`. */
export function startProgram(directory: string, name: string, file: string, args: readonly string[]): Program {
  for (const part of ["log", "pid"]) mkdirSync(join(directory, part), { recursive: true });
  const logFile = join(directory, "log", `${name}.log`);
  const log = openSync(logFile, "a", 0o600);
  let child: ChildProcess;
  try {
    child = spawn("/bin/sh", [tie, join(directory, "pid", name), file, ...args], {
      cwd: directory,
      env: { ...process.env, PATH: systemPath },
      detached: true,
      stdio: ["pipe", log, log],
    });
  } finally {
    closeSync(log);
  }
  const ended = Promise.withResolvers<void>();
  let over = false;
  const end = () => {
    over = true;
    child.stdin?.destroy();
    ended.resolve();
  };
  child.on("exit", end);
  child.on("error", end);
  child.stdin?.on("error", () => {});
  child.unref();
  return {
    name,
    async kill() {
      child.ref();
      child.stdin?.destroy();
      await ended.promise;
    },
    check() {
      if (over) throw new Error(`${name} has ended by itself:\n${readFileSync(logFile, "utf8").slice(-3_000)}`);
    },
  };
}
