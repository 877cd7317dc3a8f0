import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { GatewayClient } from "@gennaker/gateway-config/client.ts";
import { createGatewayClient } from "@gennaker/gateway-config/client.ts";
import type { Instance, LoadBalancer, ServerGroup } from "@gennaker/gateway-config/snapshot.ts";

/** A gateway in a process of its own, with a folder of its own. */
export interface GatewayUnderTest {
  client: GatewayClient;
  folder: string;
  socket: string;
  stateFile: string;
  pidFile: string;
  process: ChildProcess;
  /** Starts one more on the same socket and state; resolves once it reports `started`. */
  startAnother(...more: string[]): Promise<ChildProcess>;
  /** Replaces the serving process by `--take-over`; resolves with the new pid once the old process has left. */
  takeOver(): Promise<number>;
  /** kill -9 of every process that is left, and removal of the folder. */
  stop(): Promise<void>;
}

const mainFile = new URL("../main.ts", import.meta.url).pathname;

export async function startGateway(): Promise<GatewayUnderTest> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "gw-"));
  const socket = path.join(folder, "admin.sock");
  const stateFile = path.join(folder, "state.json");
  const pidFile = path.join(folder, "pid");
  const children: ChildProcess[] = [];

  const launch = async (...more: string[]): Promise<ChildProcess> => {
    const child = spawn(
      process.execPath,
      [mainFile, "--admin", socket, "--state", stateFile, "--pid", pidFile, ...more],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    children.push(child);
    await new Promise<void>((resolve, reject) => {
      let text = "";
      const see = (chunk: Buffer): void => {
        text += chunk.toString();
        if (text.includes('"event":"started"')) resolve();
      };
      child.stdout?.on("data", see);
      child.stderr?.on("data", see);
      child.once("exit", (code) => reject(new Error(`the gateway left with ${code}: ${text}`)));
    });
    return child;
  };

  const first = await launch();
  const client = createGatewayClient(socket, { timeoutMs: 20_000 });
  const successors: number[] = [];
  return {
    client,
    folder,
    socket,
    stateFile,
    pidFile,
    process: first,
    startAnother: launch,
    takeOver: async () => {
      const before = (await client.status()).pid;
      const args = [mainFile, "--admin", socket, "--state", stateFile, "--pid", pidFile, "--take-over"];
      const launcher = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      let text = "";
      launcher.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
      if ((await exitOf(launcher)) !== 0) throw new Error(`--take-over failed: ${text}`);
      const { pid } = JSON.parse(text) as { pid: number };
      successors.push(pid);
      await until("the predecessor has left", () => !isRunning(before));
      return pid;
    },
    stop: async () => {
      for (const pid of successors) if (isRunning(pid)) process.kill(pid, "SIGKILL");
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const gone = exitOf(child);
        child.kill("SIGKILL");
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has waited for still has a pid, but has left.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

export function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const labels = { application: "shop", account: "local", region: "local", cluster: "shop-web" };

export function instance(id: string, port: number, state: Instance["state"] = "active"): Instance {
  return { id, address: "127.0.0.1", port, state };
}

export function group(name: string, weight: number, instances: Instance[]): ServerGroup {
  return { name, weight, labels, instances };
}

export function balancer(port: number, serverGroups: ServerGroup[], more: Partial<LoadBalancer> = {}): LoadBalancer {
  return { name: "shop", port, serverGroups, ...more };
}

/** Waits until a condition holds; the error says what was waited for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await sleep(10);
  }
}
