import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { GatewayStatus } from "@gennaker/gateway-config/status.ts";
import type { GatewayClient } from "@gennaker/gateway-config/client.ts";
import { createGatewayClient } from "@gennaker/gateway-config/client.ts";

const gatewayMain = fileURLToPath(new URL("../../../../gateway/src/main.ts", import.meta.url));
const startTimeoutMs = 10_000;
const handOverTimeoutMs = 60_000;
const socketPathAtMost = 100;

export type SupervisorOptions = {
  dataDirectory: string;
  /** The gateway program and its version. Default: this checkout's. */
  program?: { main: string; version: string };
  log(level: "info" | "warn" | "error", message: string, details?: Record<string, unknown>): void;
};

export type GatewaySupervisor = {
  admin: GatewayClient;
  socketPath: string;
  /** The gateway's own view, null when nobody answers. */
  status(): Promise<GatewayStatus | null>;
  /** Makes sure a gateway answers: adopts the one that runs, or starts one and waits for it. */
  ensure(): Promise<GatewayStatus>;
  /**
   * Has a running gateway of another version hand its sockets over to this one's, so that no connection is lost. Does
   * nothing when none runs or the version is the same. Throws when it failed; the old one then goes on.
   */
  upgrade(): Promise<void>;
  /** Ends the gateway; only for those who want nothing left behind. */
  end(): Promise<void>;
};

/**
 * Starts the gateway as a process of its own that outlives this one, and finds it again by its admin socket. It keeps
 * its snapshot in the data directory, so that it serves before anybody talks to it.
 */
export function createGatewaySupervisor(options: SupervisorOptions): GatewaySupervisor {
  const folder = join(options.dataDirectory, "gateway");
  const socketPath = shortSocketPath(join(folder, "admin.sock"), options.dataDirectory);
  const admin = createGatewayClient(socketPath);
  const status = () => admin.status().catch(() => null);
  const program = options.program ?? { main: gatewayMain, version: readGatewayVersion() };
  const args = ["--admin", socketPath, "--state", join(folder, "snapshot.json"), "--pid", join(folder, "gateway.pid")];
  const env = { PATH: process.env["PATH"] ?? "", TZ: "UTC" };
  let starting: Promise<GatewayStatus> | undefined;

  async function start(): Promise<GatewayStatus> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const log = openSync(join(folder, "output.log"), "a", 0o600);
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program.main, ...args], {
      detached: true,
      stdio: ["ignore", log, log],
      env,
    });
    closeSync(log);
    child.unref();
    let exit: string | null = null;
    child.once("error", (error) => (exit = error.message));
    child.once("exit", (code, signal) => (exit = signal ?? `exit code ${code}`));
    const until = Date.now() + startTimeoutMs;
    while (Date.now() < until) {
      const answer = await status();
      if (answer) {
        options.log("info", "the gateway is up", { pid: answer.pid });
        return answer;
      }
      if (exit !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(
      `the gateway did not start (${exit ?? "no answer on its admin socket"}); its output is in ${join(folder, "output.log")}`,
    );
  }

  return {
    admin,
    socketPath,
    status,
    async ensure() {
      const running = await status();
      if (running) return running;
      starting ??= start().finally(() => (starting = undefined));
      return starting;
    },
    async upgrade() {
      const running = await status();
      if (running === null || running.draining || running.version === program.version) return;
      const client = createGatewayClient(socketPath, { timeoutMs: handOverTimeoutMs });
      const { pid } = await client.handOver({ execPath: process.execPath, main: program.main, args, env });
      options.log("info", "the gateway was replaced by this version's", {
        from: running.version,
        to: program.version,
        pid,
      });
    },
    async end() {
      const running = await status();
      if (!running) return;
      process.kill(running.pid, "SIGTERM");
      for (let waited = 0; waited < 3_000 && isAlive(running.pid); waited += 50)
        await new Promise((resolve) => setTimeout(resolve, 50));
      if (isAlive(running.pid)) process.kill(running.pid, "SIGKILL");
    },
  };
}

function readGatewayVersion(): string {
  const text = readFileSync(new URL("../../../../gateway/package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A Unix socket's path may hold about 100 bytes; a deep data directory gets a short one that only it can name. */
function shortSocketPath(wanted: string, dataDirectory: string): string {
  if (Buffer.byteLength(wanted) <= socketPathAtMost) return wanted;
  const folder = join(tmpdir(), `gennaker-${createHash("sha256").update(dataDirectory).digest("hex").slice(0, 16)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, "admin.sock");
}
