import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import net from "node:net";

/** Whether a program can be run here. */
export function isInstalled(program: string, ...probe: string[]): boolean {
  return spawnSync(program, probe, { stdio: "ignore" }).error === undefined;
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a program and waits until its port answers. */
export async function startOn(port: number, program: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: "ignore" });
  let failure: string | undefined;
  child.on("error", (error) => (failure = error.message));
  child.on("exit", (code) => (failure = `exit code ${code}`));
  for (let round = 0; round < 500; round += 1) {
    if (failure !== undefined) throw new Error(`${program} did not start: ${failure}`);
    if (await answers(port)) return child;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stop(child);
  throw new Error(`${program} did not open port ${port} within 10 seconds`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

/** User and system seconds a process has used; undefined where /proc is missing. */
export function cpuSeconds(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Fields 14 and 15, counted behind the name in parentheses; in ticks of 10 ms on every Linux Node runs on.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}
