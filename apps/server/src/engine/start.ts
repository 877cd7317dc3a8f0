import { GennakerError } from "@gennaker/contract/errors.ts";
import { newExecution } from "@gennaker/engine-core/new-execution.ts";
import type { Execution, Header, Message } from "@gennaker/engine-core/model.ts";
import type { Actor } from "../platform/audit/api.ts";
import type { Database } from "../platform/database/api.ts";
import { sqlState } from "../platform/database/faults.ts";
import { encodeText } from "../platform/values/document.ts";
import type { Work } from "./batch.ts";
import { TaskError, type Engine, type StageType, type StartExecution } from "./api.ts";
import type { Evaluator } from "./evaluation.ts";
import { patiently } from "./lookups.ts";
import { findStageType } from "./registry.ts";
import { decode } from "./snapshot.ts";
import { toJsonObject } from "./task-outcome.ts";

export type StartOptions = {
  database: Database;
  evaluator: Evaluator;
  stageTypes: ReadonlyMap<string, StageType>;
  submit(executionId: string, work: Work): Promise<boolean>;
  now(): number;
  newId(): string;
  /** How many runs may stand above one. */
  deepest: number;
  /** For pipelines that do not say `executionTimeoutMs`; null: none. */
  executionTimeoutMs: number | null;
};

const uniqueViolation = "23505";

/** Stores a new run and begins it in the same transaction, or leaves it waiting where its pipeline limits concurrent runs. */
export function createStart(options: StartOptions): Engine["start"] {
  return async (input, actor) => {
    const key = input.operationKey;
    const earlier = key === undefined ? null : await startedAs(options.database, key);
    if (earlier !== null) return { id: earlier };
    const depth =
      input.parentExecution === undefined ? 0 : await depthBelow(options, input.parentExecution.executionId);
    const execution = await patiently(() => refusing(() => prepare(input, actor, depth, options)));
    const begin: Message = { type: "StartExecution", admitted: true };
    try {
      await options.submit(execution.id, {
        create: execution,
        messages: () => [begin],
        impatient: true,
        audit: () => ({
          actor,
          action: "execution.start",
          resource: `execution/${execution.id}`,
          application: encodeText(execution.application),
          ...reasonOf(input),
          after: { name: input.name, pipelineConfigId: input.pipelineConfigId },
        }),
      });
    } catch (error) {
      const winner =
        key !== undefined && sqlState(error) === uniqueViolation ? await startedAs(options.database, key) : null;
      if (winner === null) throw error;
      return { id: winner };
    }
    return { id: execution.id };
  };
}

/** Why, in the words of whoever started it: of the trigger, of the operation, or of its first job as Spinnaker's clients write it. */
function reasonOf(input: StartExecution): { reason?: string } {
  const job = input.type === "ORCHESTRATION" ? input.stages[0] : undefined;
  const reason = [input.trigger["reason"], input.initialConfig["reason"], job?.["reason"]].find(
    (each) => typeof each === "string" && each.trim() !== "",
  );
  return typeof reason === "string" ? { reason: encodeText(reason.slice(0, 2_000)) } : {};
}

async function startedAs(database: Database, key: string): Promise<string | null> {
  const [row] = await database.query<{ id: string }>("select id from engine_execution where start_key = $1", [
    encodeText(key),
  ]);
  return row?.id ?? null;
}

/** The depth of a child of this run. Refused where it would be too deep: most likely pipelines that start each other in a circle. */
async function depthBelow(options: StartOptions, parentId: string): Promise<number> {
  const [row] = await options.database.query<{ header: string }>("select header from engine_execution where id = $1", [
    parentId,
  ]);
  const depth = row === undefined ? 1 : (decode<Partial<Header>>(row.header).depth ?? 0) + 1;
  if (depth <= options.deepest) return depth;
  throw new GennakerError(
    "invalid_request",
    `The run was not started: it would stand below ${options.deepest} others that each started the next one. ` +
      "Probably these pipelines start each other in a circle; break it, or start this one by hand.",
  );
}

/** A document that cannot be stored is the caller's fault. */
function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    const message = error.message.replace(/^The task gave/, "The run was not started: it has");
    throw new GennakerError("invalid_request", message, { cause: error });
  }
}

/** `executionTimeoutMs` of the pipeline (a positive number, also as text), else the server's own limit for pipelines. */
function timeoutOf({ type, initialConfig }: Execution, options: StartOptions): number | null {
  const own = Number(initialConfig["executionTimeoutMs"] ?? Number.NaN);
  if (Number.isFinite(own) && own > 0) return own;
  return type === "PIPELINE" ? options.executionTimeoutMs : null;
}

function prepare(input: StartExecution, actor: Actor, depth: number, options: StartOptions): Execution {
  const made = newExecution(
    {
      id: options.newId(),
      type: input.type,
      application: input.application.toLowerCase(),
      name: input.name,
      pipelineConfigId: input.pipelineConfigId,
      stages: input.stages.map((stage) => toJsonObject(stage, "a stage")),
      trigger: toJsonObject(input.trigger, "a trigger"),
      initialConfig: toJsonObject(input.initialConfig, "a pipeline"),
      user: actor.user,
      startKey: input.operationKey ?? null,
      parentExecution: input.parentExecution ?? null,
      depth,
      limits: {
        limitConcurrent: input.limitConcurrent ?? false,
        maxConcurrentExecutions: input.maxConcurrentExecutions ?? 0,
        keepWaitingPipelines: input.keepWaitingPipelines ?? false,
      },
    },
    options.now(),
    options.newId,
  );
  const run = options.evaluator.early(made, (stage) => findStageType(options.stageTypes, stage, made)?.rawFields ?? []);
  return { ...run, timeoutMs: timeoutOf(run, options) };
}
