import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeGate } from "@gennaker/testkit/fakes/gate/start-fake-gate.ts";
import { fileURLToPath } from "node:url";
import type { Measured, RunOptions } from "../benchmark.ts";
import type { RealServer } from "../real-server.ts";
import { startRealServer } from "../real-server.ts";
import { pipelinesOfApplications, writePipelines } from "./pipelines.ts";

export const name = "import";
export const describe =
  "20,000 pipelines of 400 applications (2,000 of 40 with --quick) in one JSON list through `gennaker import`, then the same again, then from a running Gate into an empty server: seconds and memory.";

const cli = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));

export async function run(options: RunOptions): Promise<Measured> {
  const count = options.quick === true ? 2_000 : 20_000;
  const folder = mkdtempSync(join(tmpdir(), "gennaker-bench-import-"));
  try {
    const file = join(folder, "pipelines.json");
    const megabytes = await writePipelines(file, count);
    const accounts = join(folder, "accounts.yaml");
    writeFileSync(accounts, "production: local\n");
    const more = ["--accounts", accounts, "--json"];
    const [first, again] = await onServer(async (server) => {
      const args = [cli, "import", file, ...more];
      return [await timed(args, server, count, "unchanged"), await timed(args, server, count, "imported")];
    });
    const gate = await startFakeGate({ applications: pipelinesOfApplications(count) });
    const state = join(folder, "state.json");
    const [fromGate] = await onServer(async (server) => [
      await timed([cli, "import", "--gate", gate.url, "--state", state, ...more], server, count, "unchanged"),
    ]).finally(() => gate.close());
    return {
      figures: {
        pipelines: count,
        file_mb: megabytes,
        import_s: first?.seconds ?? 0,
        per_s: Math.round(count / (first?.seconds ?? 1)),
        again_s: again?.seconds ?? 0,
        gate_s: fromGate?.seconds ?? 0,
        gate_per_s: Math.round(count / (fromGate?.seconds ?? 1)),
        cli_peak_mb: first?.cliMb ?? 0,
        server_peak_mb: first?.serverMb ?? 0,
        // Processor time says what the seconds are on a machine that has nothing else to do.
        server_cpu_s: first?.serverCpu ?? 0,
        postgres_cpu_s: first?.postgresCpu ?? 0,
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** On a server of its own. */
async function onServer(work: (server: RealServer) => Promise<Timed[]>): Promise<Timed[]> {
  const server = await startRealServer("import");
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

type Timed = { seconds: number; cliMb: number; serverMb: number; serverCpu: number; postgresCpu: number };

/** Runs the command line to its end; refuses anything but success. `none` is an outcome that nothing may have. */
async function timed(
  args: readonly string[],
  server: Pick<RealServer, "url" | "memory" | "cpuSeconds">,
  count: number,
  none: "imported" | "unchanged",
): Promise<Timed> {
  const began = performance.now();
  const before = server.cpuSeconds();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, GENNAKER_SERVER: server.url, GENNAKER_USER: "bench" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // The report is long; its summary stands at the end.
  let tail = "";
  child.stdout.on("data", (chunk: Buffer) => (tail = (tail + chunk.toString("utf8")).slice(-2_000)));
  let cliMb = 0;
  let serverMb = 0;
  const watch = setInterval(() => {
    cliMb = Math.max(cliMb, residentMb(child.pid ?? 0));
    serverMb = Math.max(serverMb, server.memory().server);
  }, 2_000);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearInterval(watch);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const counts = /"counts":(\{[^}]*\})/.exec(tail)?.[1];
  const parsed = JSON.parse(counts ?? "{}") as Record<string, number>;
  if (code !== 0 || (parsed["refused"] ?? 1) > 0 || (parsed[none] ?? 0) > 0 || sum(Object.values(parsed)) < count)
    throw new Error(`the import ended with ${code}: ${tail.slice(-300)}`);
  const after = server.cpuSeconds();
  return {
    seconds,
    cliMb: Math.round(cliMb),
    serverMb: Math.round(serverMb),
    serverCpu: Math.round((after.server - before.server) * 10) / 10,
    postgresCpu: Math.round((after.postgres - before.postgres) * 10) / 10,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function residentMb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
