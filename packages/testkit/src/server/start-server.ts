import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const serverMain = fileURLToPath(new URL("../../../../apps/server/src/main.ts", import.meta.url));
const startTimeoutMs = 60_000;

export type ServerOptions = {
  /** Default: a new one in the temporary directory, removed at the end. */
  data?: string;
  /** More flags of `serve`, e.g. `["--role", "worker"]`. */
  flags?: readonly string[];
};

export type TestServer = {
  url: string;
  data: string;
  pid: number;
  /** What it logged so far: JSON lines. */
  log(): string;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; what it started goes on, the database for a few seconds. */
  kill(): Promise<void>;
  /** Stops it, ends the gateway and every instance it left behind, and removes its data directory. */
  end(): Promise<void>;
};

/** Starts a real Gennaker as a child process, on a free port, with an embedded database unless the flags name another one. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), "gennaker-test-"));
  const removeData = () => rmSync(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  const child = spawn(
    process.execPath,
    [serverMain, "--data", data, "--port", "0", "--ui", "off", ...(options.flags ?? [])],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", NODE_ENV: "test" },
    },
  );
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  let url: string;
  try {
    url = await readyUrl(child, exited, () => log);
  } catch (error) {
    child.kill("SIGKILL");
    await exited;
    if (options.data === undefined) removeData();
    throw error;
  }
  const stop = async () => {
    child.kill("SIGTERM");
    return exited;
  };
  return {
    url,
    data,
    pid: child.pid ?? 0,
    log: () => log,
    stop,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async end() {
      await stop();
      await endDataPlane(data);
      removeData();
    },
  };
}

function readyUrl(child: ChildProcess, exited: Promise<number | null>, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => reject(new Error(`the server was not ready in time:\n${log()}`)), startTimeoutMs);
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const found = /https?:\/\/[^\s]+/.exec(output)?.[0];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found.replace(/\/$/, ""));
    });
    void exited.then((code) => {
      clearTimeout(timer);
      reject(new ServerEnded(code, log()));
    });
  });
}

/** The server ended before it was ready. */
export class ServerEnded extends Error {
  readonly code: number | null;
  readonly log: string;

  constructor(code: number | null, log: string) {
    super(`the server ended with ${code} before it was ready:\n${log}`);
    this.name = "ServerEnded";
    this.code = code;
    this.log = log;
  }
}

/** Ends the gateway and the instances of a data directory, which outlive their server on purpose. */
async function endDataPlane(data: string): Promise<void> {
  const pids = [...gatewayPids(data), ...instancePids(data)];
  for (const pid of pids) signal(pid, "SIGKILL");
  for (let waited = 0; waited < 5_000 && pids.some((pid) => signal(pid, 0)); waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function gatewayPids(data: string): number[] {
  try {
    return [Number(readFileSync(join(data, "gateway", "gateway.pid"), "utf8"))].filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

/** Processes below the launcher carry their data directory's id in their environment (Linux). */
function instancePids(data: string): number[] {
  let id: string;
  try {
    id = readFileSync(join(data, "directory-id"), "utf8").trim();
  } catch {
    return [];
  }
  return processIds().filter((pid) => environmentOf(pid).includes(`GENNAKER_DATA_DIRECTORY=${id}`));
}

function processIds(): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
