import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";
import { EmbeddedPostgresError } from "./errors.ts";
import { clearGuard, startGuard, takeOverGuard, type Guard } from "./guard.ts";
import { checkMajorVersion, configure, initializeCluster } from "./initialize.ts";
import type { Layout } from "./layout.ts";
import { readPostmasterFile, runningServer } from "./postmaster-file.ts";
import { provision } from "./provision.ts";
import { explainFailure, tailFrom } from "./server-log.ts";
import {
  adoptServer,
  clearDeadServer,
  endAtOnce,
  launchServer,
  stopServer,
  throwIfAborted,
  untilReady,
  type ServerProcess,
} from "./server-process.ts";
import type { ServerUser } from "./server-user.ts";
import { defaultSettings, placeSettings, type Settings } from "./settings.ts";
import { chooseSocketDirectory, clearSocket, socketPort } from "./socket-directory.ts";

/** What every boot of one data directory needs. */
export type BootContext = {
  layout: Layout;
  binaries: Binaries;
  user: ServerUser;
  settings: Settings;
  signal?: AbortSignal | undefined;
};

/** A server that accepts connections. */
export type BootedServer = {
  server: ServerProcess;
  socketDirectory: string;
  adopted: boolean;
  firstBoot: boolean;
};

const sharedMemoryPatienceMs = 10_000;

/** Takes the data directory's watchdog over from a dead process, or waits until it has done its work. */
export async function claimGuard(layout: Layout): Promise<Guard> {
  for (;;) {
    const claim = takeOverGuard(layout);
    if (claim !== "stopping") return startGuard(layout, claim.token);
    await untilStopped(layout.cluster);
    clearGuard(layout);
  }
}

/**
 * The watchdog has asked the server to end (fast, then at once after 1.5 s). On a busy machine the watchdog itself may hardly get
 * on: after `patienceMs` its work is done here, and nothing is lost, because the write-ahead log makes the next start whole.
 */
export async function untilStopped(cluster: string, patienceMs = 2_000): Promise<void> {
  const end = Date.now() + patienceMs;
  while (runningServer(cluster) !== undefined && Date.now() < end) await sleep(25);
  await endAtOnce(cluster);
}

/** Adopts the running server, or starts one; makes the cluster and the database where they are missing. */
export async function boot(context: BootContext): Promise<BootedServer> {
  const { layout, binaries, user } = context;
  checkMajorVersion(layout, binaries);
  const initialized = await initializeCluster(layout, binaries, user);
  const adopted = await adopt(context);
  const { server, socketDirectory } = adopted ?? (await launch(context));
  try {
    const created = await provision(socketDirectory);
    return { server, socketDirectory, adopted: adopted !== undefined, firstBoot: initialized || created };
  } catch (error) {
    await stopServer(server);
    throw new EmbeddedPostgresError(
      "start_failed",
      `The embedded database in ${layout.cluster} started but did not take a connection on its socket in ` +
        `${socketDirectory} (${error instanceof Error ? error.message : String(error)}). See ${layout.serverLog}.`,
      { cause: error },
    );
  }
}

type Started = { server: ServerProcess; socketDirectory: string };

/** Takes a running server over, unless its configuration is not the one wanted now. */
async function adopt({ layout, user, settings, signal }: BootContext): Promise<Started | undefined> {
  const pid = runningServer(layout.cluster);
  const file = readPostmasterFile(layout.cluster);
  if (pid === undefined || file?.pid !== pid) return undefined;
  const { socketDirectory, port } = file;
  if (port !== socketPort || configure(layout, user, settingsFor(settings, socketDirectory))) return undefined;
  const server = adoptServer(pid, layout.cluster);
  return (await untilReady(server, layout.cluster, signal)) ? { server, socketDirectory } : undefined;
}

async function launch(context: BootContext): Promise<Started> {
  const { layout, binaries, user, settings, signal } = context;
  await clearDeadServer(layout.cluster);
  const socketDirectory = await chooseSocketDirectory(layout, user);
  clearSocket(socketDirectory);
  configure(layout, user, settingsFor(settings, socketDirectory));
  const giveUp = Date.now() + sharedMemoryPatienceMs;
  for (;;) {
    throwIfAborted(signal);
    const before = statSync(layout.serverLog, { throwIfNoEntry: false })?.size ?? 0;
    const server = await launchServer(layout, binaries, user);
    try {
      if (await untilReady(server, layout.cluster, signal)) return { server, socketDirectory };
    } catch (error) {
      await stopServer(server);
      throw error;
    }
    const log = tailFrom(layout.serverLog, before);
    // The children of a killed server hold its shared memory for a moment longer.
    if (!/pre-existing shared memory block/.test(log) || Date.now() > giveUp) {
      const { code, signal: by } = await server.exited;
      const what = `The embedded database in ${layout.cluster} ended while it started (${by ?? `exit code ${code}`}).`;
      throw explainFailure(what, log, layout.cluster, layout.serverLog);
    }
    await sleep(200);
  }
}

function settingsFor(settings: Settings, socketDirectory: string): Settings {
  return { ...defaultSettings, ...settings, ...placeSettings({ socketDirectory, port: socketPort }) };
}
