import { expect, test } from "vitest";
import { stageRules } from "./stages/registry.ts";
import { validatePipeline } from "./validate-pipeline.ts";

const wait = { type: "wait", refId: "1", requisiteStageRefIds: [], waitTime: 1 };
const pipeline = (more: object = {}) => ({ name: "ship", application: "app", stages: [wait], ...more });
const problems = (document: unknown) => validatePipeline(document, stageRules).problems;

test("a right pipeline has no problems and comes back as it is, unknown fields included", () => {
  const document = pipeline({ custom: { deep: [1] }, appConfig: {}, stages: [{ ...wait, vendorField: "kept" }] });
  expect(validatePipeline(document, stageRules)).toEqual({
    kind: "pipeline",
    valid: true,
    problems: [],
    pipeline: document,
  });
});

test.each([
  [null, "", "a pipeline must be a JSON object, but this is null"],
  [[], "", "a pipeline must be a JSON object, but this is a list"],
  ["{}", "", 'a pipeline must be a JSON object, but this is the text "{}"'],
  [{ application: "app" }, "/name", "is required and must be a text"],
  [pipeline({ application: "" }), "/application", "must not be empty"],
  [pipeline({ stages: {} }), "/stages", "must be a list, but is an object"],
  [pipeline({ stages: ["x"] }), "/stages/0", 'must be an object, but is the text "x"'],
  [
    pipeline({ limitConcurrent: "sometimes" }),
    "/limitConcurrent",
    'must be true or false, but is the text "sometimes"',
  ],
  [pipeline({ maxConcurrentExecutions: -1 }), "/maxConcurrentExecutions", "must be at least 0, but is -1"],
  [pipeline({ keepWaitingPipelines: 7 }), "/keepWaitingPipelines", "must be true or false, but is 7"],
  [pipeline({ parameterConfig: [{ label: "x" }] }), "/parameterConfig/0/name", "is required and must be a text"],
  [
    pipeline({ parameterConfig: [{ name: "x", options: [1] }] }),
    "/parameterConfig/0/options/0",
    "must be an object, but is 1",
  ],
  [
    pipeline({ notifications: [{ type: "slack", when: "always" }] }),
    "/notifications/0/when",
    'must be a list, but is the text "always"',
  ],
  [
    pipeline({ expectedArtifacts: [{ matchArtifact: "x" }] }),
    "/expectedArtifacts/0/matchArtifact",
    'must be an object, but is the text "x"',
  ],
  [pipeline({ triggers: [{}] }), "/triggers/0/type", "is required and must be a text"],
  [pipeline({ triggers: [{ type: "cron" }] }), "/triggers/0/cronExpression", "is required and must be a text"],
  [
    pipeline({ triggers: [{ type: "git", events: "push" }] }),
    "/triggers/0/events",
    'must be a list, but is the text "push"',
  ],
  [pipeline({ locked: true }), "/locked", "must be an object, but is true"],
  [pipeline({ stages: [{ refId: "1" }] }), "/stages/0/type", "is required and must be a text"],
  [
    pipeline({ stages: [{ ...wait, failPipeline: "no" }] }),
    "/stages/0/failPipeline",
    'must be true or false, but is the text "no"',
  ],
  [
    pipeline({ stages: [{ ...wait, requisiteStageRefIds: "1" }] }),
    "/stages/0/requisiteStageRefIds",
    'must be a list, but is the text "1"',
  ],
  [
    pipeline({ stages: [{ ...wait, stageTimeoutMs: "soon" }] }),
    "/stages/0/stageTimeoutMs",
    'must be a number, but is the text "soon"',
  ],
  [
    pipeline({ stages: [{ ...wait, restrictedExecutionWindow: { days: [8] } }] }),
    "/stages/0/restrictedExecutionWindow/days/0",
    "must be at most 7, but is 8",
  ],
  [
    pipeline({ stages: [{ ...wait, waitTime: "soon" }] }),
    "/stages/0/waitTime",
    'must be a number, but is the text "soon"',
  ],
  [
    pipeline({ stages: [wait, { type: "wait", requisiteStageRefIds: ["1"] }] }),
    "/stages/1/refId",
    "is required, because other stages of the pipeline have one",
  ],
])("%j is refused at %s", (document, pointer, message) => {
  const result = validatePipeline(document, stageRules);
  expect(result.valid).toBe(false);
  expect(result.problems.filter((problem) => problem.level === "error")).toEqual([
    { level: "error", pointer, message },
  ]);
});

test("an unknown stage type is kept and noted, with the type that was probably meant", () => {
  const result = validatePipeline(
    pipeline({
      stages: [
        { ...wait, type: "wiat" },
        { type: "slack", refId: "2" },
      ],
    }),
    stageRules,
  );
  expect(result.valid).toBe(true);
  expect(result.pipeline?.["stages"]).toHaveLength(2);
  expect(result.problems.map(({ level, pointer, suggestion }) => [level, pointer, suggestion])).toEqual([
    ["note", "/stages/0/type", "wait"],
    ["note", "/stages/1/type", undefined],
  ]);
});

test("rules of a provider's own stage type win over the common ones", () => {
  const rules = new Map([
    ...stageRules,
    ["deploy:aws", { validate: () => [{ pointer: "/ami", reason: "is required" }] }],
  ]);
  const stage = { type: "deploy", refId: "1", cloudProvider: "aws", clusters: [] };
  expect(validatePipeline(pipeline({ stages: [stage] }), rules).problems).toEqual([
    { level: "error", pointer: "/stages/0/ami", message: "is required" },
  ]);
});

test("a field that looks like a slip of a known one is noted", () => {
  expect(problems({ name: "ship", application: "app", stages: [wait], trigers: [] })).toEqual([
    { level: "note", pointer: "/trigers", message: '"trigers" is not a field that is read', suggestion: "triggers" },
  ]);
});

test("a pipeline nested under `pipeline` is taken out, and pointers lead into the document as received", () => {
  const result = validatePipeline(
    { application: "app", pipeline: { name: "ship", stages: [{ ...wait, waitTime: [] }] } },
    stageRules,
  );
  expect(result.kind).toBe("nestedPipeline");
  expect(result.pipeline).toMatchObject({ name: "ship", application: "app" });
  expect(result.problems).toEqual([
    { level: "repaired", pointer: "/pipeline", message: "the pipeline was nested under `pipeline`; it was taken out" },
    { level: "error", pointer: "/pipeline/stages/0/waitTime", message: "must be a number, but is a list" },
  ]);
});

test("templates and their instances are told apart", () => {
  const kind = (document: object) => validatePipeline(document, stageRules).kind;
  expect(kind({ schema: "v2", id: "t", variables: [], pipeline: { stages: [] } })).toBe("template");
  expect(kind({ schema: "v2", name: "x", application: "a", template: { reference: "spinnaker://t" } })).toBe(
    "templateInstance",
  );
  expect(kind({ type: "templatedPipeline", config: { pipeline: {} } })).toBe("templateV1Instance");
  expect(problems({ schema: "v2", pipeline: {} })).toEqual([
    { level: "error", pointer: "/id", message: "is required: a pipeline template is saved under its id" },
  ]);
});

test("a pipeline without stages may be saved, with a note", () => {
  expect(problems({ name: "ship", application: "app" })).toEqual([
    { level: "note", pointer: "/stages", message: "the pipeline has no stages: a run would fail at once" },
  ]);
});
