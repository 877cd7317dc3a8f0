import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { SuccessorProgram } from "@gennaker/gateway-config/client.ts";
import { createGatewayClient } from "@gennaker/gateway-config/client.ts";

import { isAlive, listenOnSocket } from "./control/admin-socket.ts";
import { createAdmin, defaultDrainMs } from "./control/admin.ts";
import type { GatewayArguments } from "./control/arguments.ts";
import { parseArguments, usage } from "./control/arguments.ts";
import { inheritServers, tellPredecessor } from "./control/handover.ts";
import { createLog } from "./control/log.ts";
import { createGateway } from "./gateway.ts";

/** Exit codes: 0 drained, 1 failed, 2 wrong arguments, 3 another gateway serves the admin socket. */
async function main(argv: readonly string[]): Promise<void> {
  let options: GatewayArguments;
  try {
    options = parseArguments(argv);
  } catch (error) {
    process.stderr.write(`gateway: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const log = createLog(options.log);
  if (!options.inherit && (await isAlive(options.admin))) {
    if (!options.takeOver) {
      process.stderr.write(`gateway: another gateway serves ${options.admin}; use --take-over to replace it\n`);
      process.exitCode = 3;
      return;
    }
    const { pid } = await createGatewayClient(options.admin, { timeoutMs: 60_000 }).handOver(thisProgram(argv));
    process.stdout.write(`${JSON.stringify({ pid })}\n`);
    return;
  }
  process.on("uncaughtException", (error) => {
    log.error("crashed", { message: error.message, stack: error.stack });
    process.exit(1);
  });
  const version = readVersion();
  const gateway = createGateway({ stateFile: options.state, version, log });
  let leaving = false;
  const leave = (timeoutMs: number): void => {
    if (leaving) return;
    leaving = true;
    void gateway.drain(timeoutMs).then(() => {
      removeSocket();
      if (options.pid !== undefined) removeOwnPidFile(options.pid);
      process.exit(0);
    });
  };
  const admin = createAdmin(gateway, { drain: leave });
  await gateway.start(options.inherit ? inheritServers : undefined);
  const removeSocket = await listenOnSocket(admin, options.admin);
  if (options.pid !== undefined) writeFileSync(options.pid, `${process.pid}\n`);
  log.info("started", { version, admin: options.admin, state: options.state, takenOver: options.inherit });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (leaving) process.exit(1);
      leave(defaultDrainMs);
    });
  }
  if (options.inherit) tellPredecessor({ step: "serving" });
}

/** How a running gateway starts this very program in its place. */
function thisProgram(argv: readonly string[]): SuccessorProgram {
  return {
    execPath: process.execPath,
    main: fileURLToPath(import.meta.url),
    args: argv.filter((argument) => argument !== "--take-over"),
    env: Object.fromEntries(
      Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
  };
}

function removeOwnPidFile(file: string): void {
  try {
    if (readFileSync(file, "utf8").trim() === String(process.pid)) rmSync(file);
  } catch {
    // Already gone, which is what was wanted.
  }
}

function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`gateway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
