import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { expectedRun, expectedStatuses, type ReferenceStage } from "@gennaker/engine-core/testing/reference-model.ts";
import { actor, engineScene, pipeline, statuses, untilOver } from "./fixtures/scene.ts";
import { recordingStageTypes, recordingTables } from "./fixtures/recording-stage-types.ts";

const program = fileURLToPath(new URL("./fixtures/child-engine.ts", import.meta.url));
const scene = await engineScene();
await scene.database.query(recordingTables);
const children = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await scene.end();
});

async function launch(replica: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, scene.url, replica, "8"], { stdio: ["ignore", "pipe", "ignore"] });
  children.add(child);
  child.once("exit", () => children.delete(child));
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

const graphs: fc.Arbitrary<ReferenceStage[]> = fc
  .array(
    fc.record({
      edges: fc.array(fc.nat(), { maxLength: 3 }),
      gives: fc.constantFrom("SUCCEEDED" as const, "SUCCEEDED" as const, "SUCCEEDED" as const, "TERMINAL" as const),
      policy: fc.constantFrom("haltBranch" as const, "haltBranchThenFail" as const, "ignore" as const),
      disabled: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 4, maxLength: 12 },
  )
  .map((list) =>
    list.map(({ edges, ...rest }, index) => ({
      ...rest,
      refId: String(index),
      after: index === 0 ? [] : [...new Set(edges.map((edge) => String(edge % index)))],
    })),
  );

const flags: Record<ReferenceStage["policy"], JsonObject> = {
  halt: {},
  haltBranch: { failPipeline: false },
  haltBranchThenFail: { failPipeline: false, completeOtherBranchesThenFail: true },
  ignore: { continuePipeline: true },
};

function documents(stages: readonly ReferenceStage[]): JsonObject[] {
  return stages.map(({ refId, after, gives, policy, disabled }, index) => ({
    refId,
    requisiteStageRefIds: [...after],
    name: refId,
    type: gives === "TERMINAL" ? "failing" : index % 3 === 2 ? "slow" : "record",
    ms: (index * 7) % 20,
    ...flags[policy],
    ...(disabled ? { stageEnabled: { type: "expression", expression: "false" } } : {}),
  }));
}

test("random pipelines on two replicas, one of which is killed again and again, end exactly as the reference model says", async () => {
  const seed = Date.now() % 1_000_000;
  const samples = fc.sample(graphs, { numRuns: 60, seed });
  const observer = await scene.replica(recordingStageTypes(scene.database, "observer"), {
    replicaId: "observer",
    concurrency: 0,
  });
  const ids: string[] = [];
  let kills = 0;
  const pair = [await launch("left"), await launch("right")];
  for (let round = 0; round < 10; round += 1) {
    for (const sample of samples.slice(round * 6, round * 6 + 6))
      ids.push((await observer.start(pipeline(documents(sample)), actor)).id);
    await sleep(20 + Math.random() * 120);
    const index = round % 2;
    pair[index]?.kill("SIGKILL");
    kills += 1;
    pair[index] = await launch(index === 0 ? "left" : "right");
  }
  expect(kills).toBe(10);
  for (const [index, id] of ids.entries()) {
    const sample = samples[index] ?? [];
    const execution = await untilOver(observer, id, 90);
    expect({ seed, index, status: execution.status, ...statuses(execution) }).toEqual({
      seed,
      index,
      status: expectedRun(sample),
      ...expectedStatuses(sample),
    });
    const ran = execution.stages
      .filter((each) => each.status !== "NOT_STARTED" && each.status !== "SKIPPED")
      .map((each) => each.id);
    const effects = await scene.database.query<{ stage: string }>(
      "select split_part(operation_key, '/', 2) as stage from test_effect where operation_key like $1",
      [`${id}/%`],
    );
    expect(effects.map((row) => row.stage).sort()).toEqual(ran.toSorted());
  }
  const overlaps = await scene.database.query(
    `select 1 from test_attempt a join test_attempt b on a.operation_key = b.operation_key and a.replica <> b.replica
       and a.begun_at < b.begun_at and a.ended_at > b.begun_at`,
  );
  expect(overlaps).toEqual([]);
});
