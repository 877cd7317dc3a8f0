import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Measured, RunOptions } from "../benchmark.ts";

const serverMain = fileURLToPath(new URL("../../apps/server/src/main.ts", import.meta.url));

export const name = "boot";
export const describe = "cold start with the embedded database (first boot, next boot), memory at rest";

type Started = { pid: number; readyMs: number; stop(): Promise<void> };

/** Starts a server and waits for a good `/health`; milliseconds from the spawn to the answer. */
async function start(data: string): Promise<Started> {
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=2", serverMain, "--data", data, "--port", "0"],
    {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, NODE_COMPILE_CACHE: join(data, "..", "compile-cache") },
    },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      const found = /http:\/\/\S+/.exec(chunk.toString())?.[0];
      if (found) resolve(found);
    });
    void exited.then(() => reject(new Error("the server ended before it was ready")));
  });
  const health = await fetch(`${url}/health`);
  if (!health.ok) throw new Error(`/health answered ${health.status}`);
  return {
    pid: child.pid ?? 0,
    readyMs: performance.now() - begun,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function statusField(pid: number, file: string, field: RegExp): number {
  try {
    return Number(field.exec(readFileSync(`/proc/${pid}/${file}`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Megabytes (PSS) of the PostgreSQL processes whose data lies below `data`. */
function postgresMegabytes(data: string): number {
  let sum = 0;
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const isOurs =
        readFileSync(`/proc/${entry}/environ`, "utf8").includes(data) ||
        readFileSync(`/proc/${entry}/cmdline`, "utf8").includes(data);
      const parent = /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${entry}/status`, "utf8"))?.[1];
      const name_ = readFileSync(`/proc/${entry}/comm`, "utf8").trim();
      const parentArgs = parent ? readFileSync(`/proc/${parent}/cmdline`, "utf8") : "";
      if (name_ === "postgres" && (isOurs || parentArgs.includes(data)))
        sum += statusField(Number(entry), "smaps_rollup", /^Pss:\s+(\d+)/m);
    } catch {
      // The process ended while it was looked at.
    }
  }
  return sum;
}

export async function run(options: RunOptions): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "gennaker-boot-"));
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  try {
    // The first start also compiles; one start in another directory fills the compile cache, as an installed product has it.
    const warm = await start(join(folder, "warm"));
    await warm.stop();
    const first = await start(data);
    await first.stop();
    const next: number[] = [];
    let serverMb = 0;
    let postgresMb = 0;
    for (let round = 0; round < (options.quick ? 1 : 3); round += 1) {
      const server = await start(data);
      next.push(server.readyMs);
      await new Promise((resolve) => setTimeout(resolve, options.quick ? 2_000 : 10_000));
      serverMb = statusField(server.pid, "status", /VmRSS:\s+(\d+)/);
      postgresMb = postgresMegabytes(data);
      await server.stop();
    }
    return {
      figures: {
        first_boot_ms: Math.round(first.readyMs),
        next_boot_ms: Math.round(next.sort((a, b) => a - b)[Math.floor(next.length / 2)] ?? 0),
        idle_server_rss_mb: Math.round(serverMb),
        idle_postgres_pss_mb: Math.round(postgresMb),
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
