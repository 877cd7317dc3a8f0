import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";

import type { GatewayClient } from "@gennaker/gateway-config/client.ts";
import { createGatewayClient } from "@gennaker/gateway-config/client.ts";

import { isAlive, listenOnSocket } from "./control/admin-socket.ts";
import { createAdmin, defaultDrainMs } from "./control/admin.ts";
import type { GatewayArguments } from "./control/arguments.ts";
import { parseArguments, usage } from "./control/arguments.ts";
import type { Log } from "./control/log.ts";
import { createLog } from "./control/log.ts";
import type { Gateway } from "./gateway.ts";
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
  const predecessor = await isAlive(options.admin);
  if (predecessor && !options.takeOver) {
    process.stderr.write(`gateway: another gateway serves ${options.admin}; use --take-over to replace it\n`);
    process.exitCode = 3;
    return;
  }
  const version = readVersion();
  const gateway = createGateway({ stateFile: options.state, version, log, successor: predecessor });
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
  await gateway.start();
  const predecessorSocket = `${options.admin}.old.${process.pid}`;
  if (predecessor) linkSync(options.admin, predecessorSocket);
  const removeSocket = await listenOnSocket(admin, options.admin);
  if (options.pid !== undefined) writeFileSync(options.pid, `${process.pid}\n`);
  log.info("started", { version, admin: options.admin, state: options.state, takenOver: predecessor });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (leaving) process.exit(1);
      leave(defaultDrainMs);
    });
  }
  if (predecessor) {
    await relieve(createGatewayClient(predecessorSocket), gateway, log);
    rmSync(predecessorSocket, { force: true });
  }
}

/** Lets the predecessor drain and takes over a snapshot it accepted after this process had read the state file. */
async function relieve(old: GatewayClient, gateway: Gateway, log: Log): Promise<void> {
  try {
    const { pid } = await old.drain();
    const latest = await old.getSnapshot();
    if (latest && latest.generation > gateway.status().generation) await gateway.put(latest);
    log.info("took over", { from: pid });
  } catch (error) {
    log.warn("predecessor gone before it could drain", { reason: error instanceof Error ? error.message : String(error) });
  }
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
