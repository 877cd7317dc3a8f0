import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Status as ContractStatus } from "@gennaker/contract/resources/execution.ts";
import { status as statusSchema } from "@gennaker/contract/resources/execution.ts";
import type { Engine, ExecutionView } from "../engine/api.ts";
import type { GateRequest, GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { objectOf } from "./pipelines.ts";

const mostExecutions = 500;

/** The newest runs of each of these pipelines, newest first, as Gate answers them. */
export async function newestRuns(
  { runs, runList }: Pick<GateDependencies, "runs" | "runList">,
  configs: readonly string[],
  each: number,
  statuses: readonly ContractStatus[],
): Promise<{ text: string }> {
  const versions = await runs.newestOf(configs, each, statuses);
  return { text: await runList.listOf(versions.slice(0, mostExecutions)) };
}

/** Gate's paths about running and finished executions. */
export function executionRoutes(dependencies: GateDependencies): GateRoute[] {
  const { engine, pipelines, runs, runList } = dependencies;
  const told = async (id: string) => {
    const text = await runList.one(id);
    if (text !== null) return { text };
    throw noExecution(id);
  };
  const byId = async (request: GateRequest) => existing(engine, request.params["id"] ?? "");
  const cancel = async (request: GateRequest) => {
    const execution = await byId(request);
    await engine.cancel(execution.id, request.query["reason"] || null, request.actor);
    return { body: {} };
  };

  return [
    {
      method: "GET",
      path: "/executions",
      handle: async ({ query }) => {
        const ids = list(query["executionIds"]);
        const configs = list(query["pipelineConfigIds"]);
        if (ids.length === 0 && configs.length === 0) return { body: [] };
        if (ids.length > 0 && configs.length > 0)
          throw new GennakerError("invalid_request", "Give either executionIds or pipelineConfigIds, not both.");
        const statuses = statusesOf(query["statuses"]);
        if (ids.length === 0) return newestRuns(dependencies, configs, limitOf(query["limit"], 1), statuses);
        return { text: await runList.listOf(await runs.versionsOf(ids.slice(0, mostExecutions), statuses)) };
      },
    },
    {
      // The limit counts for each pipeline, as in Spinnaker.
      method: "GET",
      path: "/applications/:application/pipelines",
      handle: async ({ params, query }) => {
        const configs = await pipelines.ids(params["application"] ?? "");
        const [limit, statuses] = [limitOf(query["limit"], 10), statusesOf(query["statuses"])];
        return newestRuns(dependencies, configs, limit, statuses);
      },
    },
    {
      method: "GET",
      path: "/pipelines/:id",
      handle: ({ params }) => told(params["id"] ?? ""),
    },
    {
      method: "DELETE",
      path: "/pipelines/:id",
      handle: async (request) => {
        await engine.remove((await byId(request)).id, request.actor);
        return { body: {} };
      },
    },
    { method: "PUT", path: "/pipelines/:id/cancel", handle: cancel },
    { method: "PUT", path: "/applications/:application/pipelines/:id/cancel", handle: cancel },
    {
      method: "PUT",
      path: "/pipelines/:id/pause",
      handle: async (request) => {
        await engine.pause((await byId(request)).id, request.actor);
        return { body: {} };
      },
    },
    {
      method: "PUT",
      path: "/pipelines/:id/resume",
      handle: async (request) => {
        await engine.resume((await byId(request)).id, request.actor);
        return { body: {} };
      },
    },
    {
      method: "PATCH",
      path: "/pipelines/:id/stages/:stage",
      handle: async (request) => {
        const execution = await byId(request);
        await engine.patchStage(
          execution.id,
          request.params["stage"] ?? "",
          objectOf(request.body, "the fields to change"),
          request.actor,
        );
        return told(execution.id);
      },
    },
    {
      method: "PUT",
      path: "/pipelines/:id/stages/:stage/restart",
      handle: async (request) => {
        const execution = await byId(request);
        await engine.restartStage(execution.id, request.params["stage"] ?? "", request.actor);
        return told(execution.id);
      },
    },
  ];
}

export async function existing(engine: Engine, id: string): Promise<ExecutionView> {
  const found = await engine.get(id);
  if (found) return found;
  throw noExecution(id);
}

function noExecution(id: string): GennakerError {
  return new GennakerError("not_found", `Execution ${id} not found.`);
}

function list(value: string | undefined): string[] {
  return (value ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

export function limitOf(value: string | undefined, otherwise: number): number {
  const limit = Number(value);
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, mostExecutions) : otherwise;
}

/** spin sends duplicates; a word that is no status is refused with the list of those there are. */
export function statusesOf(value: string | undefined): ContractStatus[] {
  return [...new Set(list(value))].map((word) => {
    const read = statusSchema.safeParse(word.toUpperCase());
    if (read.success) return read.data;
    throw new GennakerError(
      "invalid_request",
      `${word} is no execution status. Use one of ${statusSchema.options.join(", ")}.`,
    );
  });
}
