import { afterAll, expect, test } from "vitest";
import { actor, engineScene, pipeline, stage } from "./fixtures/scene.ts";
import { createExecutionSummaries } from "./summaries.ts";

const scene = await engineScene();
afterAll(() => scene.end());

test("tells newest and open runs of many at once", async () => {
  const engine = await scene.replica(new Map());
  const summaries = createExecutionSummaries(scene.database);
  const start = async (
    application: string,
    pipelineConfigId: string | null,
    type: "PIPELINE" | "ORCHESTRATION" = "PIPELINE",
  ) => (await engine.start(pipeline([stage("1", "unknown")], { application, pipelineConfigId, type }), actor)).id;
  await start("shop", "p1");
  const second = await start("shop", "p1");
  const third = await start("shop", "p2");
  const operation = await start("shop", null, "ORCHESTRATION");
  const other = await start("other", "p3");
  const lasts = await summaries.ofPipelines(["p1", "p2", "p9"]);
  expect([...lasts].map(([id, run]) => [id, run.id]).toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))).toEqual([
    ["p1", second],
    ["p2", third],
  ]);
  const ofApplications = await summaries.ofApplications(["shop", "other", "none"]);
  expect([...ofApplications.keys()].toSorted()).toEqual(["other", "shop"]);
  expect([ofApplications.get("shop")?.last?.id, ofApplications.get("other")?.last?.id]).toEqual([operation, other]);
  expect(await summaries.operationIds("shop", 5)).toEqual([operation]);
});
