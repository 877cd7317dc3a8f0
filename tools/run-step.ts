import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));

/** Runs a program of the checkout in the foreground; resolves to its exit code. */
export function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal === null ? (code ?? 1) : 1));
  });
}

/** Like `run`, and keeps the last `keep` characters of what the program printed, to be told again later. */
export function runAndKeep(
  command: string,
  args: readonly string[],
  keep: number,
): Promise<{ code: number; tail: string }> {
  return new Promise((resolve, reject) => {
    let tail = "";
    const child = spawn(command, [...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const)
      from.on("data", (chunk: Buffer) => {
        to.write(chunk);
        tail = (tail + chunk.toString("utf8")).slice(-keep);
      });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: signal === null ? (code ?? 1) : 1, tail }));
  });
}

/** Runs named steps one after the other, all of them, and says how each ended. Resolves to the names that failed. */
export async function runSteps(
  steps: readonly { name: string; command: string; args: readonly string[] }[],
): Promise<string[]> {
  const failed: string[] = [];
  for (const step of steps) {
    const begun = performance.now();
    const code = await run(step.command, step.args);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`${code === 0 ? "ok  " : "FAIL"} ${step.name} (${seconds} s)`);
    if (code !== 0) failed.push(step.name);
  }
  return failed;
}
