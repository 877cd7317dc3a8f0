import type { JsonObject } from "@gennaker/contract/json.ts";
import { expect, test } from "vitest";
import { createDryRuns } from "./create-dry-runs.ts";

const actor = { user: "ann", roles: [], via: "test" } as never;

function scene(document: JsonObject, trigger: JsonObject = { parameters: { region: "eu", count: 2 } }) {
  const calls: string[] = [];
  const dryRuns = createDryRuns({
    plan: async (given) => {
      calls.push("plan");
      return { document: given, trigger, problems: [] };
    },
    validate: () => {
      calls.push("validate");
      return { valid: true, problems: [] };
    },
    describe: (stage) =>
      stage["type"] === "nope" ? null : { rawFields: ["raw"], tasks: ["one"], preview: () => null },
    held: async () => {
      calls.push("held");
      return ['The freeze calendar "night" may hold deployments.'];
    },
    answered: (_application, evaluate) => evaluate({ pipelineId: (name) => `id of ${name}` }),
    now: () => new Date(0),
  });
  const request = {
    document: { application: "shop", name: "deploy", ...document },
    parameters: {},
    artifacts: [],
    trigger: {},
  };
  return { calls, run: () => dryRuns.run(request, actor) };
}

const webhook = {
  refId: "1",
  type: "webhook",
  name: "Call ${parameters.region}",
  url: "https://user:pw@host/x?token=abc&a=1",
  method: "post",
  payload: { count: "${parameters.count * 2}", password: "hunter2" },
  customHeaders: { Authorization: "Bearer x" },
  skipExpressionEvaluation: true,
  raw: "${left.alone}",
};
test("helper functions that only read what is stored are answered", async () => {
  const { stages } = await scene({ stages: [{ type: "pipeline", pipeline: "${#pipelineId('deploy')}" }] }).run();
  expect(stages[0]?.calls).toEqual(["starts the pipeline id of deploy"]);
});

const after = {
  refId: "2",
  type: "evaluateVariables",
  requisiteStageRefIds: ["1"],
  status: "${#stage('Call eu').status}",
  output: "${ami}",
  text: "${#fromUrl('https://u:p@host/a?secret=1')}",
  wrong: "${1 +}",
};

test("a stage shows its evaluated fields, what it would call, and no secret", async () => {
  const { stages, trigger } = await scene({ stages: [webhook] }).run();
  expect(trigger).toEqual({ parameters: { region: "eu", count: 2 } });
  expect(stages[0]).toMatchObject({
    refId: "1",
    name: "Call eu",
    runs: "yes",
    tasks: ["one"],
    pending: [],
    problems: [],
    calls: [
      'POST https://host/x?token=******&a=****** with the payload {"count":4,"password":"******"} and the headers Authorization (values hidden)',
    ],
  });
  expect(stages[0]?.context["payload"]).toEqual({ count: 4, password: "******" });
  expect(stages[0]?.context["raw"]).toBe("${left.alone}");
  expect(JSON.stringify(stages[0]?.calls)).not.toContain("pw");
});

test("what only the run will know is pending and says what it waits for; what is wrong is a problem", async () => {
  const { stages } = await scene({ stages: [webhook, after] }).run();
  const second = stages[1];
  expect(second?.requires).toEqual(["1"]);
  expect(second?.pending).toEqual([
    { pointer: "/status", expression: after.status, waitsFor: ["the stage 'Call eu'"] },
    {
      pointer: "/output",
      expression: after.output,
      waitsFor: ["the name 'ami', which a stage before it may give (1)"],
    },
    { pointer: "/text", expression: after.text, waitsFor: ["the address https://host/a"] },
  ]);
  expect(second?.problems).toEqual([expect.stringContaining("/wrong")]);
});

test("nothing but reading is asked for", async () => {
  const { calls, run } = scene({ stages: [webhook, after] });
  await run();
  expect(calls).toEqual(["plan", "validate", "held"]);
});

test.each([
  ["parameters.count == 2", "yes"],
  ["parameters.count == 3", "no"],
  ["#stage('Call eu').status == 'SUCCEEDED'", "pending"],
])("the condition %s: %s", async (expression, runs) => {
  const stageEnabled = { type: "expression", expression };
  const { stages } = await scene({ stages: [webhook, { ...after, stageEnabled }] }).run();
  expect(stages[1]?.runs).toBe(runs);
});

test("windows, limits and freezes are said in words; an unknown stage type is a problem", async () => {
  const answer = await scene({
    limitConcurrent: true,
    stages: [
      {
        type: "nope",
        restrictExecutionDuringTimeWindow: true,
        restrictedExecutionWindow: { whitelist: [{ startHour: 9, startMin: 0, endHour: 17, endMin: 30 }] },
        stageTimeoutMs: 60_000,
        failPipeline: false,
        continuePipeline: false,
      },
    ],
  }).run();
  expect(answer.notes).toEqual([
    "It waits while another run of this pipeline goes on.",
    'The freeze calendar "night" may hold deployments.',
  ]);
  expect(answer.stages[0]?.notes).toEqual([
    "It begins only inside of its time window (09:00–17:30).",
    "It has 60 seconds and then fails.",
    "If it fails, its branch stops.",
  ]);
  expect(answer.stages[0]?.problems).toEqual(['There is no stage type "nope" here.']);
});
