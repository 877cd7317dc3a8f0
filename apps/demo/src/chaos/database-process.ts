import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { endProcessesOf } from "./processes.ts";

const holder = fileURLToPath(new URL("../../../../packages/embedded-postgres/src/fixtures/holder.ts", import.meta.url));

/** A PostgreSQL that belongs to somebody else, as `DATABASE_URL` would name it. */
export type DatabaseProcess = { url: string; stop(): Promise<void> };

/** Starts the PostgreSQL of a directory in a process of its own; started again there, it has the same address and data. */
export async function startDatabase(directory: string): Promise<DatabaseProcess> {
  const child = spawn(process.execPath, [holder, directory], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    void exited.then(() => reject(new Error("the database did not start")));
  });
  const { url, message } = JSON.parse(line) as { url?: string; message?: string };
  if (url === undefined) throw new Error(`the database did not start: ${message}`);
  return {
    url,
    async stop() {
      child.kill("SIGKILL");
      await exited;
      await endProcessesOf(directory);
    },
  };
}
