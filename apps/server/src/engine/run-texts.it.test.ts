import { afterAll, expect, test } from "vitest";
import { actor, engineScene, pipeline, stage, untilOver } from "./fixtures/scene.ts";
import { testStageTypes } from "./fixtures/stage-types.ts";
import { createRunTexts } from "./run-texts.ts";

const scene = await engineScene();
afterAll(() => scene.end());

test("reads runs with their documents as they are stored, stages in their order", async () => {
  const engine = await scene.replica(testStageTypes());
  const texts = createRunTexts(scene.database);
  const context = { odd: 'quotes " and \\ and \u0000', list: [1, { deep: null }], number: 12.5 };
  const stages = [stage("2", "noop", [], context), stage("1", "noop", ["2"]), stage("0", "noop", ["1"])];
  const { id } = await engine.start(pipeline(stages, { pipelineConfigId: "p1" }), actor);
  const view = await untilOver(engine, id);
  const read = await texts.read([id, "unknown"]);
  expect([...read.keys()]).toEqual([id]);
  const run = read.get(id);
  expect(run).toMatchObject({ id, status: "SUCCEEDED", user: "ann", trigger: view.trigger, pipelineConfigId: "p1" });
  expect(run?.stages.map((each) => each.refId)).toEqual(["2", "1", "0"]);
  expect(run?.stages.map((each) => JSON.parse(each.context))).toEqual(view.stages.map((each) => each.context));
  expect(run?.stages.map((each) => JSON.parse(each.outputs))).toEqual(view.stages.map((each) => each.outputs));
  expect(run?.stages[0]?.tasks).toMatchObject(
    view.stages[0]?.tasks.map(({ id: task, status }) => ({ id: task, status })) ?? [],
  );
  expect(await texts.versionsOf([id, "unknown"], [])).toEqual([{ id, version: run?.version }]);
  expect(await texts.versionsOf([id], ["TERMINAL"])).toEqual([]);
});

test("names the newest runs of each pipeline, newest first", async () => {
  const engine = await scene.replica(new Map());
  const texts = createRunTexts(scene.database);
  const start = async (pipelineConfigId: string) =>
    (await engine.start(pipeline([stage("1", "unknown")], { pipelineConfigId }), actor)).id;
  const first = await start("a");
  const second = await start("a");
  const third = await start("b");
  const newest = async (...asked: Parameters<typeof texts.newestOf>) =>
    (await texts.newestOf(...asked)).map(({ id }) => id);
  expect(await newest(["a", "b"], 1, [])).toEqual([third, second]);
  expect(await newest(["a"], 5, [])).toEqual([second, first]);
  expect(await newest(["a"], 5, ["PAUSED"])).toEqual([]);
  expect(await newest([], 5, [])).toEqual([]);
});

test("gives the triggers of those runs whose documents hold the texts asked for", async () => {
  const engine = await scene.replica(new Map());
  const texts = createRunTexts(scene.database);
  const start = async (branch: string) => {
    const trigger = { type: "git", branch, parameters: {} };
    return (await engine.start(pipeline([stage("1", "unknown")], { application: "texts", trigger }), actor)).id;
  };
  const [main, other] = [await start("Main line"), await start("other")];
  const found = (...holding: string[]) => texts.triggers({ application: "texts", limit: 5 }, holding);
  expect(await found()).toMatchObject([
    { id: other, trigger: { branch: "other" } },
    { id: main, trigger: { branch: "Main line" } },
  ]);
  expect(await found("GIT", "main LINE")).toMatchObject([
    { id: other, trigger: null },
    { id: main, trigger: { branch: "Main line" } },
  ]);
  expect((await found("none")).map(({ trigger }) => trigger)).toEqual([null, null]);
});
