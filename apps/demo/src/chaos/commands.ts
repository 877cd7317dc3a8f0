import type { Client } from "@gennaker/client/client.ts";
import { ApiError } from "@gennaker/client/api-error.ts";
import type { Execution, Status } from "@gennaker/contract/resources/execution.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";
import { until } from "./until.ts";

/**
 * Starts a pipeline although the server may be killed meanwhile: a start without an answer may have been stored or not,
 * so the newest runs are looked at before it is asked for again.
 */
export async function startSurely(
  client: Client,
  pipeline: string,
  parameters: Record<string, string>,
): Promise<string> {
  const runs = () => client.call("listExecutions", { query: { pipeline, limit: 100 } });
  const before = new Set((await until("the runs so far", runs)).map(({ id }) => id));
  for (;;) {
    try {
      return (await client.call("startPipeline", { params: { pipeline }, body: { parameters } })).id;
    } catch (error) {
      if (error instanceof ApiError && !error.retryable) throw error;
      const stored = (await until("the runs after a start without an answer", runs)).find(({ id }) => !before.has(id));
      if (stored) return stored.id;
    }
  }
}

/** The execution once it is complete. */
export async function finished(client: Client, id: string, ms = 240_000): Promise<Execution> {
  let seen: Status | "unknown" = "unknown";
  return until(
    `execution ${id} is complete`,
    async () => {
      const execution = await client.call("getExecution", { params: { execution: id } });
      seen = execution.status;
      return completeStatuses.has(execution.status) ? execution : null;
    },
    ms,
  ).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}; it was ${seen}`, { cause: error });
  });
}

/** Runs stages at once and gives the complete execution. */
export async function operate(
  client: Client,
  application: string,
  description: string,
  job: Record<string, unknown>[],
): Promise<Execution> {
  const { id } = await client.call("startOperation", { body: { application, description, job: job as never } });
  return finished(client, id);
}

/** Destroys every server group of the application; the traffic guards, which rightly protect the last one, go first. */
export async function destroyAll(client: Client, application: string): Promise<Execution | null> {
  const { attributes } = await client.call("getApplication", { params: { application } });
  await client.call("saveApplication", {
    params: { application },
    body: { ...attributes, trafficGuards: [] } as never,
  });
  const clusters = await client.call("listClusters", { params: { application } });
  const groups = clusters.flatMap((cluster) => cluster.serverGroups);
  if (groups.length === 0) return null;
  return operate(
    client,
    application,
    "Remove everything",
    groups.map((group) => ({
      type: "destroyServerGroup",
      cloudProvider: group.cloudProvider,
      credentials: group.account,
      region: group.region,
      serverGroupName: group.name,
    })),
  );
}

/** Why an execution failed, in the words that a user sees. */
export function whyFailed(execution: Execution): string {
  const failed = execution.stages.filter((stage) => stage.failure !== null);
  const first = failed.find((stage) => stage.parentStageId === null) ?? failed[0];
  return first?.failure ? `${first.failure.code}: ${first.failure.message}` : "";
}
