import type { JsonObject } from "@gennaker/contract/json.ts";
import { laterHeaderFields } from "@gennaker/engine-core/new-execution.ts";
import { buildTopology } from "@gennaker/engine-core/topology.ts";
import type { Documents, Execution, Header, Stage } from "@gennaker/engine-core/model.ts";
import type { Tx } from "../platform/database/api.ts";
import { encodeDocument } from "../platform/values/document.ts";
import { weightOf } from "./weight.ts";

/**
 * An execution as the database had it at `version`, with the fencing numbers of its side effects. Never changed in place.
 * `weight` is roughly the memory that it takes, in bytes.
 */
export type Snapshot = { version: number; execution: Execution; fencing: ReadonlyMap<string, number>; weight: number };

type StageBody = Omit<Stage, "id" | "source" | "context" | "outputs">;

type ExecutionRow = { id: string; version: number; header: string; documents: string };
type StageRow = { execution_id: string; id: string; body: string; source: string; context: string; outputs: string };
export type RunRow = { execution_id: string; stage_id: string; fencing: number };

/** Makes JSON values unchangeable, so that a stage type cannot alter what others read from the same snapshot. */
export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
}

export function decode<T>(text: string): T {
  return JSON.parse(text) as T;
}

/** The header fields that change while a run lives, as JSON text. */
export function encodeHeader(execution: Execution): string {
  const { stages: _stages, topology: _topology, trigger: _trigger, initialConfig: _config, ...header } = execution;
  return JSON.stringify(header satisfies Header);
}

export function encodeDocuments(execution: Execution): string {
  return encodeDocument({ trigger: execution.trigger, initialConfig: execution.initialConfig });
}

export function encodeBody(stage: Stage): string {
  const { id: _id, source: _source, context: _context, outputs: _outputs, ...body } = stage;
  return JSON.stringify(body satisfies StageBody);
}

function decodeStage(row: StageRow): Stage {
  const context = freeze(decode<JsonObject>(row.context));
  return {
    awaits: null,
    ...decode<Omit<StageBody, "awaits">>(row.body),
    id: row.id,
    source: row.source === row.context ? context : freeze(decode<JsonObject>(row.source)),
    context,
    outputs: freeze(decode<JsonObject>(row.outputs)),
  };
}

function decodeExecution(row: ExecutionRow, stages: readonly Stage[]): Execution {
  const header = decode<Header>(row.header);
  const documents = freeze(decode<Documents>(row.documents));
  return {
    ...laterHeaderFields,
    ...header,
    ...documents,
    stages: new Map(stages.map((stage) => [stage.id, stage])),
    topology: buildTopology(stages),
  };
}

/** Reads executions whole. Unknown ids are simply not in the answer. */
export async function loadSnapshots(tx: Tx, ids: readonly string[]): Promise<Map<string, Snapshot>> {
  if (ids.length === 0) return new Map();
  const headers = await tx.query<ExecutionRow>(
    "select id, version, header, documents from engine_execution where id = any($1)",
    [ids],
  );
  const stages = await tx.query<StageRow>(
    "select execution_id, id, body, source, context, outputs from engine_stage where execution_id = any($1) order by position, id",
    [ids],
  );
  const runs = await tx.query<RunRow>(
    "select execution_id, stage_id, fencing from engine_task_run where execution_id = any($1)",
    [ids],
  );
  const stagesOf = Map.groupBy(stages, (stage) => stage.execution_id);
  const runsOf = Map.groupBy(runs, (run) => run.execution_id);
  const snapshots = new Map<string, Snapshot>();
  for (const row of headers) {
    const rows = stagesOf.get(row.id) ?? [];
    const execution = decodeExecution(row, rows.map(decodeStage));
    snapshots.set(row.id, {
      version: row.version,
      execution,
      fencing: new Map((runsOf.get(row.id) ?? []).map((run) => [run.stage_id, run.fencing])),
      weight: weightOf(execution),
    });
  }
  return snapshots;
}

/** The snapshots this process worked on last, bounded by the memory that they take. */
export type SnapshotCache = {
  get(id: string, version?: number): Snapshot | undefined;
  put(snapshot: Snapshot): void;
  drop(id: string): void;
};

export function createSnapshotCache(mostBytes: number): SnapshotCache {
  const entries = new Map<string, Snapshot>();
  let bytes = 0;
  const drop = (id: string) => {
    bytes -= entries.get(id)?.weight ?? 0;
    entries.delete(id);
  };
  return {
    get(id, version) {
      const found = entries.get(id);
      return found !== undefined && (version === undefined || found.version === version) ? found : undefined;
    },
    put(snapshot) {
      const { id } = snapshot.execution;
      if ((entries.get(id)?.version ?? 0) > snapshot.version) return;
      drop(id);
      if (snapshot.weight > mostBytes) return;
      entries.set(id, snapshot);
      bytes += snapshot.weight;
      for (const oldest of entries.keys()) {
        if (bytes <= mostBytes) break;
        drop(oldest);
      }
    },
    drop,
  };
}
