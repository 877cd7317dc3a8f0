import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../../platform/database/api.ts";
import type { StageType } from "../api.ts";

/** Tables in which the side effects of a crash test leave their traces. */
export const recordingTables = `
  create table test_effect (operation_key text primary key, value integer not null);
  create table test_attempt (operation_key text not null, replica text not null, begun_at timestamptz not null default clock_timestamp(), ended_at timestamptz);
  create sequence test_value;`;

/**
 * Stage types whose side effect is a row: an *ensure* by operation key, as every provider operation is. `record` does it at once,
 * `slow` does it after some looks, `parent` has synthetic stages around its own task.
 */
export function recordingStageTypes(database: Database, replica: string): Map<string, StageType> {
  const ensure = async (key: string, ms: number): Promise<number> => {
    const [attempt] = await database.query<{ begun_at: Date }>("insert into test_attempt (operation_key, replica) values ($1, $2) returning begun_at", [key, replica]);
    if (ms > 0) await sleep(ms);
    await database.query("insert into test_effect (operation_key, value) values ($1, nextval('test_value')) on conflict do nothing", [key]);
    const [row] = await database.query<{ value: number }>("select value from test_effect where operation_key = $1", [key]);
    await database.query("update test_attempt set ended_at = clock_timestamp() where operation_key = $1 and begun_at = $2", [key, attempt?.begun_at]);
    return row?.value ?? -1;
  };
  const record: StageType = {
    type: "record",
    description: "Leaves a row.",
    validate: () => [],
    tasks: ({ stage }) => [
      {
        name: "record",
        run: async ({ operationKey }) => ({ status: "SUCCEEDED", outputs: { value: await ensure(operationKey, Number(stage.context["ms"] ?? 0)) } }),
      },
    ],
  };
  const slow: StageType = {
    ...record,
    type: "slow",
    tasks: () => [
      {
        name: "look",
        async run({ stage }) {
          const looks = Number(stage.context["looks"] ?? 0) + 1;
          return looks > 3 ? { status: "SUCCEEDED" } : { status: "RUNNING", retryAfterMs: 15, context: { looks } };
        },
      },
      { name: "record", run: async ({ operationKey }) => ({ status: "SUCCEEDED", outputs: { value: await ensure(operationKey, 5) } }) },
    ],
  };
  const parent: StageType = {
    ...record,
    type: "parent",
    before: () => [{ type: "record", name: "first", context: { ms: 3 }, parallel: true }, { type: "record", name: "second", context: {}, parallel: true }],
    after: () => [{ type: "slow", name: "last", context: {} }],
  };
  return new Map([record, slow, parent].map((type) => [type.type, type]));
}
