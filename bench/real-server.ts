import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const serverMain = fileURLToPath(new URL("../apps/server/src/main.ts", import.meta.url));

export type RealServer = {
  url: string;
  /** Of its embedded database. */
  databaseUrl: string;
  /** Megabytes: the server's resident set, and the proportional set of all processes of its PostgreSQL. */
  memory(): { server: number; postgres: number };
  /** Seconds of processor time used so far. */
  cpuSeconds(): { server: number; postgres: number };
  /** The one-time token for the first administrator, where people log in. */
  setupToken(): Promise<string>;
  stop(): Promise<void>;
};

/**
 * Starts Gennaker as a user does; `config` is its `gennaker.yaml`. Its directory goes with it, unless it is one to `keep`: made
 * where there is none, and left for the next time.
 */
export async function startRealServer(label: string, config: object = {}, keep?: string): Promise<RealServer> {
  if (keep !== undefined) mkdirSync(keep, { recursive: true });
  const folder = keep ?? mkdtempSync(join(tmpdir(), `gennaker-${label}-`));
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  const file = join(folder, "gennaker.yaml");
  writeFileSync(file, JSON.stringify(config));
  const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=2"];
  const args = [...flags, serverMain, "--config", file, "--data", data, "--port", "0", "--ui", "off"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    if (told.length < 100_000) told += chunk.toString();
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
    if (keep === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout?.on("data", (chunk: Buffer) => {
        const found = /http:\/\/\S+/.exec(chunk.toString())?.[0];
        if (found !== undefined) resolve(found);
      });
      void exited.then(() => reject(new Error("the server ended before it was ready")));
    });
    const pid = child.pid ?? 0;
    return {
      url,
      databaseUrl: readFileSync(join(data, "run", "database.url"), "utf8").trim(),
      memory: () => ({
        server: megabytes(pid, "status", /VmRSS:\s+(\d+)/),
        postgres: sum(postgresOf(data).map((each) => megabytes(each, "smaps_rollup", /^Pss:\s+(\d+)/m))),
      }),
      async setupToken() {
        for (let waited = 0; waited < 5_000; waited += 50) {
          const token = /one-time token: ([\w-]+)/.exec(told)?.[1];
          if (token !== undefined) return token;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error("the server has printed no one-time token");
      },
      cpuSeconds: () => ({ server: ticks(pid), postgres: sum(postgresOf(data).map(ticks)) }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function megabytes(pid: number, file: string, field: RegExp): number {
  return Number(field.exec(read(`/proc/${pid}/${file}`))?.[1] ?? 0) / 1024;
}

/** User and system time of a process and of its children that have ended. Fields are counted behind the name in parentheses. */
function ticks(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return sum(fields.slice(11, 15).map((field) => Number(field) || 0)) / 100;
}

/** The postmaster whose data lies below this directory, and its children. */
function postgresOf(data: string): number[] {
  const all = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  const servers = all.filter((pid) => read(`/proc/${pid}/comm`).trim() === "postgres");
  const roots = new Set(servers.filter((pid) => read(`/proc/${pid}/cmdline`).includes(data)));
  return servers
    .filter((pid) => roots.has(pid) || roots.has(/PPid:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? ""))
    .map(Number);
}

/** Empty for a process that ended while it was looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The value below which this part of the measurements lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
