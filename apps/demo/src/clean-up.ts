import type { Client } from "@gennaker/client/client.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";
import { readdirSync, readFileSync } from "node:fs";
import type { DemoCluster } from "./kubernetes/cluster.ts";
import { namespace } from "./kubernetes/platform.ts";
import type { DemoServer } from "./server-process.ts";

const waitMs = 30_000;

/**
 * Leaves nothing behind: cancels what runs, destroys every server group over the public API, stops the server, and ends
 * the gateway, which outlives a server on purpose.
 */
export async function cleanUp(
  client: Client,
  server: DemoServer,
  folder: string,
  cluster: Pick<DemoCluster, "own"> | null,
): Promise<void> {
  try {
    await cancelRunning(client);
    if (cluster === null) await emptyApplication(client);
    else if (!cluster.own) await removeNamespace(client);
  } catch (error) {
    process.stderr.write(
      `Cleaning up over the API failed: ${error instanceof Error ? error.message : String(error)}\n`,
    );
  }
  await server.stop();
  await endStragglers(folder);
}

/** Ends the gateway, and whatever else still names the demo's folder: nothing of the demo may outlive it. */
async function endStragglers(folder: string): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const pids = processesOf(folder);
    if (pids.length === 0) return;
    for (const pid of pids) endProcess(pid, signal);
    for (let waited = 0; waited < 3_000 && processesOf(folder).length > 0; waited += 50)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Processes (Linux) whose command line or environment names the folder, which no other program knows. */
function processesOf(folder: string): number[] {
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  return pids
    .map(Number)
    .filter((pid) => ["cmdline", "environ"].some((file) => contains(`/proc/${pid}/${file}`, folder)));
}

function contains(file: string, text: string): boolean {
  try {
    return readFileSync(file).includes(text);
  } catch {
    return false;
  }
}

function endProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** All that the demo made in a cluster is in one namespace. */
async function removeNamespace(client: Client): Promise<void> {
  const job = [
    { type: "deleteManifest", cloudProvider: "kubernetes", account: "demo", manifestName: `namespace ${namespace}` },
  ];
  const description = "Remove the demo's namespace";
  const { id } = await client.call("startOperation", { body: { application: "shop", description, job } });
  await finished(client, id);
}

async function cancelRunning(client: Client): Promise<void> {
  const running = await client.call("listExecutions", {
    query: { application: "shop", statuses: "RUNNING,NOT_STARTED,PAUSED" },
  });
  for (const execution of running) {
    await client.call("cancelExecution", { params: { execution: execution.id }, body: { reason: "the demo ends" } });
    await finished(client, execution.id);
  }
}

async function emptyApplication(client: Client): Promise<void> {
  const application = await client.call("getApplication", { params: { application: "shop" } });
  // The traffic guard rightly protects the last server group; at the very end there is nothing to protect.
  await client.call("saveApplication", {
    params: { application: "shop" },
    body: { ...application.attributes, trafficGuards: [] } as never,
  });
  const clusters = await client.call("listClusters", { params: { application: "shop" } });
  const groups = clusters.flatMap((cluster) => cluster.serverGroups);
  if (groups.length === 0) return;
  const { id } = await client.call("startOperation", {
    body: {
      application: "shop",
      description: "Remove the demo's server groups",
      job: groups.map((group) => ({
        type: "destroyServerGroup",
        cloudProvider: group.cloudProvider,
        credentials: group.account,
        region: group.region,
        serverGroupName: group.name,
      })),
    },
  });
  await finished(client, id);
}

async function finished(client: Client, id: string): Promise<void> {
  const until = Date.now() + waitMs;
  while (Date.now() < until) {
    const { status } = await client.call("getExecution", { params: { execution: id } });
    if (completeStatuses.has(status)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
