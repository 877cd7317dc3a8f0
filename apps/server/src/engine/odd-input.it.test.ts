import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { gates } from "./fixtures/work.ts";
import { actor, engineScene, pipeline, stage, untilOver } from "./fixtures/scene.ts";
import { type } from "./fixtures/stage-types.ts";

const scene = await engineScene();
afterAll(() => scene.end());
const large = "x".repeat(10 * 1024 * 1024);
const echo = type("echo", async ({ stage: own }) => ({
  status: "SUCCEEDED",
  outputs: { length: String(own.context["text"]).length },
}));
const engine = await scene.replica(gates().set("echo", echo));

test("a context of 10 MB is stored, handed to its task, and given back whole", async () => {
  const shape = pipeline([
    stage("1", "echo", [], { text: large }),
    stage("2", "echo", ["1"], { text: "${'a' + 'b'}" }),
  ]);
  const { id } = await engine.start(shape, actor);
  const run = await untilOver(engine, id, 60);
  expect(run.stages.map((each) => [each.status, each.outputs["length"]])).toEqual([
    ["SUCCEEDED", large.length],
    ["SUCCEEDED", 2],
  ]);
  expect(run.stages[0]?.context["text"]).toBe(large);
});

test("a document that is nested too deep is refused with its reason, and nothing is stored", async () => {
  let deep: JsonObject = {};
  for (let level = 0; level < 5_000; level += 1) deep = { deep };
  const [before] = await scene.database.query("select count(*) as count from engine_execution");
  await expect(engine.start(pipeline([stage("1", "note", [], deep)]), actor)).rejects.toMatchObject({
    code: "invalid_request",
    message: expect.stringMatching(
      /^The run was not started: it has a stage that (is nested deeper|cannot be written)/,
    ),
  });
  await expect(engine.start(pipeline([stage("1", "note")], { trigger: deep }), actor)).rejects.toMatchObject({
    code: "invalid_request",
  });
  expect(await scene.database.query("select count(*) as count from engine_execution")).toEqual([before]);
});

test("a run of 5,000 stages on PostgreSQL", async () => {
  const ids = Array.from({ length: 4_999 }, (_each, index) => String(index + 1));
  const { id } = await engine.start(
    pipeline([stage("0", "note"), ...ids.map((each) => stage(each, "note", ["0"]))]),
    actor,
  );
  const run = await untilOver(engine, id, 240);
  expect([run.status, run.stages.length]).toEqual(["SUCCEEDED", 5_000]);
}, 260_000);
