import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { defaultStageSettings } from "../../../platform/config/stage-settings.ts";
import type { HttpAnswer } from "../deps.ts";
import { cluster, createScene } from "../testing/scene.ts";

const json = (body: unknown, status = 200): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
  truncated: false,
});

/** Runs the stage over answers that come one after another, the last of them for ever. */
async function wait(answers: (HttpAnswer | Error)[] = [], settings: object = {}) {
  const left = [...answers];
  const stageSettings = defaultStageSettings();
  const scene = await createScene({
    deps: { settings: { ...stageSettings, waitForCondition: { ...stageSettings.waitForCondition, ...settings } } },
    answer: () => {
      const next = left.length > 1 ? left.shift() : left[0];
      if (next === undefined || next instanceof Error) throw next ?? new Error("none");
      return next;
    },
  });
  return { scene };
}

async function run(context: JsonObject, answers: (HttpAnswer | Error)[] = [], settings: object = {}, let_go = 0) {
  const { scene } = await wait(answers, settings);
  let looks = 0;
  const outcome = await scene.run("waitForCondition", {
    context,
    onWait: (_waiting, stage) => {
      looks += 1;
      if (looks === let_go) stage.context["status"] = "SKIPPED";
    },
  });
  return { ...outcome, scene, looks, said: outcome.waits.map(({ message }) => message) };
}

test("without a condition nothing holds it", async () => {
  expect(await run({})).toMatchObject({ looks: 0, stage: { status: "SUCCEEDED", context: { status: "SKIPPED" } } });
});

test("an expression holds it until it is true; what it waits for is told, in outputs as well", async () => {
  const context: JsonObject = { count: 0, condition: { type: "expression", expression: "count >= 2" }, cluster: "app" };
  const { scene } = await wait();
  const { stage, waits } = await scene.run("waitForCondition", {
    context,
    onWait: (_waiting, one) => void (one.context["count"] = Number(one.context["count"]) + 1),
  });
  expect([stage.status, stage.context["status"]]).toEqual(["SUCCEEDED", "SKIPPED"]);
  expect(waits.map(({ message }) => message)).toEqual([
    "Waits for its conditions: count >= 2 is false (app)",
    "Waits for its conditions: count >= 2 is false (app)",
  ]);
  expect(stage.outputs["conditions"]).toEqual([{ name: "expression", description: "count >= 2 is false" }]);
});

test("an expression that cannot be evaluated yet is asked again until the time is up", async () => {
  const { stage, said } = await run({ condition: { type: "expression", expression: "${nothing.here}" } }, [], {
    waitTimeoutMs: 60_000,
  });
  expect(said[0]).toContain("${nothing.here} cannot be evaluated yet");
  expect(stage.failure?.message).toContain("timed out");
});

const http = { type: "http", url: "https://ops.example/${ 1 + 1 }?token=x" };

test.each<[string, JsonObject, (HttpAnswer | Error)[], string[]]>([
  ["a good answer", {}, [json({}, 503), json({})], ["https://ops.example/2?… answered 503"]],
  ["no answer", {}, [new Error("refused"), json({}, 204)], ["https://ops.example/2?… gave no answer: refused"]],
  [
    "a value",
    { statusJsonPath: "$.state", successStatuses: "green, blue" },
    [json({ state: "red" }), json({}), json({ state: "Blue" })],
    [
      "https://ops.example/2?… says red at $.state, not green or blue",
      "https://ops.example/2?… says nothing at $.state, not green or blue",
    ],
  ],
  [
    "true",
    { statusJsonPath: "open" },
    [json({ open: false }), json({ open: true })],
    ["… says false at open, not true"],
  ],
])("a question by HTTP holds it until it gives %s", async (_name, more, answers, wanted) => {
  const { stage, said, scene } = await run({ condition: { ...http, ...more } }, answers);
  expect(stage.status).toBe("SUCCEEDED");
  expect(said).toEqual(wanted.map((words) => expect.stringContaining(words)));
  expect(scene.requests[0]).toMatchObject({ method: "GET", url: "https://ops.example/2?token=x", application: "app" });
});

test("what an answer repeats of a secret header is not told", async () => {
  const condition = { ...http, customHeaders: { Authorization: "Bearer s3cret-token" }, statusJsonPath: "$.echo" };
  const { said, scene } = await run({ condition }, [json({ echo: "got s3cret-token" }), json({ echo: true })]);
  expect(said).toEqual([expect.stringContaining("says got ****** at $.echo")]);
  expect(scene.requests[0]?.headers).toMatchObject({ authorization: "Bearer s3cret-token" });
});

test("an address or a JSONPath that is none ends the stage", async () => {
  const bad = await run({ condition: { type: "http", url: "ops" } });
  expect(bad.stage.failure?.message).toContain("http or https address");
  const path = await run({ condition: { ...http, statusJsonPath: "$[" } }, [json({})]);
  expect(path.stage.failure?.message).toContain("cannot be read");
});

test("a person holds it until its status is set to SKIPPED", async () => {
  const { stage, looks } = await run({ condition: { type: "manual" } }, [], {}, 3);
  expect([stage.status, looks]).toEqual(["SUCCEEDED", 3]);
});

test("written with the status WAITING it waits as long as Orca does, or until it is let go", async () => {
  const alone = await run({ status: "WAITING" });
  expect([alone.stage.status, alone.looks]).toEqual(["SUCCEEDED", 1]);
  expect(alone.said[0]).toContain("its status is WAITING");
  const none = await run({ status: "WAITING" }, [], { backoffWaitMs: 0 });
  expect(none.looks).toBe(0);
});

const active = { clusters: ["app"], activeConditions: ["peak traffic"] };

test("the configuration holds the stages of its clusters, and lets all go with skipWait", async () => {
  const held = await run({ cluster: "app", region: "eu" }, [], active, 1);
  expect(held.stage.outputs["conditions"]).toEqual([
    { name: "peak traffic", description: "Active condition applies to: peak traffic" },
  ]);
  expect(held.said).toEqual(["Waits for its conditions: Active condition applies to: peak traffic (app in eu)"]);
  expect((await run({ cluster: "other" }, [], active)).looks).toBe(0);
  expect((await run({ cluster: "app", status: "WAITING" }, [], { ...active, skipWait: true })).looks).toBe(0);
});

test("a deploy to such a cluster waits before it begins; one by itself, outside of a pipeline, does not", async () => {
  const { scene } = await wait([], active);
  const deploy = async (type: "PIPELINE" | "ORCHESTRATION") => {
    const { stages } = await scene.run("createServerGroup", {
      context: cluster({}),
      execution: { type },
      onWait: (_waiting, stage) => void (stage.context["status"] = "SKIPPED"),
    });
    return stages.filter((stage) => stage.type === "waitForCondition").map(({ name, status }) => `${name} ${status}`);
  };
  expect(await deploy("PIPELINE")).toEqual(["Wait For Condition SUCCEEDED"]);
  expect(await deploy("ORCHESTRATION")).toEqual([]);
});
