import type { Client } from "@gennaker/client/client.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DemoServer } from "./server-process.ts";

const waitMs = 30_000;

/**
 * Leaves nothing behind: cancels what runs, destroys every server group over the public API, stops the server, and ends
 * the gateway, which outlives a server on purpose.
 */
export async function cleanUp(client: Client, server: DemoServer, folder: string): Promise<void> {
  try {
    await emptyApplication(client);
  } catch (error) {
    process.stderr.write(`Cleaning up over the API failed: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  await server.stop();
  endGateway(join(folder, "gennaker", "gateway", "gateway.pid"));
}

async function emptyApplication(client: Client): Promise<void> {
  const running = await client.call("listExecutions", { query: { application: "shop", statuses: "RUNNING,NOT_STARTED,PAUSED" } });
  for (const execution of running) {
    await client.call("cancelExecution", { params: { execution: execution.id }, body: { reason: "the demo ends" } });
    await finished(client, execution.id);
  }
  const application = await client.call("getApplication", { params: { application: "shop" } });
  // The traffic guard rightly protects the last server group; at the very end there is nothing to protect.
  await client.call("saveApplication", { params: { application: "shop" }, body: { ...application.attributes, trafficGuards: [] } as never });
  const clusters = await client.call("listClusters", { params: { application: "shop" } });
  const groups = clusters.flatMap((cluster) => cluster.serverGroups);
  if (groups.length === 0) return;
  const { id } = await client.call("startOperation", {
    body: {
      application: "shop",
      description: "Remove the demo's server groups",
      job: groups.map((group) => ({
        type: "destroyServerGroup", cloudProvider: group.cloudProvider, credentials: group.account, region: group.region, serverGroupName: group.name,
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

function endGateway(pidFile: string): void {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, "utf8"), 10);
    if (pid > 1) process.kill(pid, "SIGTERM");
  } catch {
    // No gateway was started, or it is gone already.
  }
}
