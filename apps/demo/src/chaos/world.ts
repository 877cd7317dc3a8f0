import type { Client } from "@gennaker/client/client.ts";
import { createClient } from "@gennaker/client/client.ts";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Load } from "../load.ts";
import { startLoad } from "../load.ts";
import type { Versions } from "../versions.ts";
import { writeVersions } from "../versions.ts";
import type { Judging } from "./documents.ts";
import { canaryConfig, setUpPipeline, shipPipeline } from "./documents.ts";
import { finished, startSurely, whyFailed } from "./commands.ts";
import { freePort } from "./free-port.ts";
import { endProcessesOf } from "./processes.ts";
import { makeFolder } from "./temporary.ts";
import type { RunningServer } from "./server.ts";
import { startAndKill, startServer } from "./server.ts";

const clientsPerSecond = 60;

/** One Gennaker on a data directory of its own, with the demo's shop ready to be deployed. */
export type World = {
  folder: string;
  dataDirectory: string;
  logFile: string;
  versions: Versions;
  client: Client;
  /** The server that runs now, or ran last. */
  server(): RunningServer;
  /** Starts the server again on the same data directory and port. */
  restart(): Promise<RunningServer>;
  /** Starts the server again and kills it after a while, ready or not. */
  restartAndKill(afterMs: number): Promise<void>;
  log(): string;
  /** Ends and removes everything; gives what was still running beside server and database. */
  dispose(): Promise<string[]>;
};

export async function createWorld(env: Record<string, string> = {}): Promise<World> {
  const { path: folder, remove } = makeFolder("gennaker-chaos-");
  const dataDirectory = join(folder, "data");
  const logFile = join(folder, "server.log");
  writeFileSync(logFile, "");
  const versions = writeVersions(join(folder, "versions"), "subtle");
  // Seconds of traffic have to show what is wrong with it.
  const bad = JSON.parse(readFileSync(join(versions.v3, "behaviour.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(
    join(versions.v3, "behaviour.json"),
    JSON.stringify({ ...bad, errorShare: 0.6, slowShare: 0.8, slowMs: 80 }),
  );
  let server = await startServer({ dataDirectory, port: 0, logFile, env }).catch((error: unknown) => {
    remove();
    throw error;
  });
  const port = Number(new URL(server.url).port);
  return {
    folder,
    dataDirectory,
    logFile,
    versions,
    client: createClient({ baseUrl: server.url, headers: { "x-spinnaker-user": "chaos" } }),
    server: () => server,
    async restart() {
      server = await startServer({ dataDirectory, port, logFile, env });
      return server;
    },
    restartAndKill: (afterMs) => startAndKill({ dataDirectory, port, logFile, env }, afterMs),
    log: () => readFileSync(logFile, "utf8"),
    async dispose() {
      await server.stop();
      const left = await endProcessesOf(folder);
      remove();
      return left;
    },
  };
}

export type Shop = { world: World; ship: string; port: number; load: Load };

/** Puts version 1 behind a load balancer and lets clients ask it from then on. */
export async function openShop(world: World, judging?: Judging): Promise<Shop> {
  const { client, versions } = world;
  await client.call("saveApplication", {
    params: { application: "shop" },
    body: { email: "shop@example.com", cloudProviders: ["hosts"] },
  });
  await client.call("saveCanaryConfig", { params: { canaryConfig: "shop-canary" }, body: canaryConfig() as never });
  const setUp = await client.call("savePipeline", { body: setUpPipeline() as never });
  const ship = await client.call("savePipeline", { body: shipPipeline(judging) as never });
  const port = await freePort();
  const first = await finished(
    client,
    await startSurely(client, setUp.id, { artifact: versions.v1, port: String(port) }),
  );
  if (first.status !== "SUCCEEDED") throw new Error(`the set-up ended ${first.status}: ${whyFailed(first)}`);
  return { world, ship: ship.id, port, load: startLoad({ host: "127.0.0.1", port }, clientsPerSecond) };
}
