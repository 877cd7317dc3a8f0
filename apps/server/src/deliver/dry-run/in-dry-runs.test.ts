import type { JsonObject } from "@gennaker/contract/json.ts";
import { expect, test } from "vitest";
import type { StageType, TaskContext } from "../../engine/api.ts";
import { inDryRuns, standInStage } from "./in-dry-runs.ts";

const calls: string[] = [];
const deploy: StageType = {
  type: "deploy",
  description: "",
  validate: () => [],
  tasks: () => [{ name: "real", run: async () => ({ status: "SUCCEEDED" }) }],
  before: () => [{ type: "wait", name: "before", context: {} }],
  after: () => [{ type: "wait", name: "after", context: {} }],
  onFailure: () => [{ type: "wait", name: "failed", context: {} }],
  cancel: async () => {
    calls.push("cancel");
    return {};
  },
};

const input = (trigger: JsonObject) =>
  ({ execution: { trigger }, stage: { refId: "7", name: "Ship", context: {} } }) as unknown as TaskContext;

test("in a dry run nothing of a stage is planned or undone, and it succeeds", async () => {
  const type = inDryRuns(deploy);
  const dry = input({ dryRun: true });
  const tasks = type.tasks(dry);
  expect(tasks.map(({ name }) => name)).toEqual(["dryRun"]);
  expect(await tasks[0]?.run(dry)).toEqual({ status: "SUCCEEDED", context: { dryRun: true } });
  expect([type.before?.(dry), type.after?.(dry), type.onFailure?.(dry)]).toEqual([[], [], []]);
  await type.cancel?.(dry);
  expect(calls).toEqual([]);
});

test.each([{ outputs: { 7: { image: "a" } } }, { outputs: { Ship: { image: "a" } } }])(
  "%j gives what later stages read",
  async (more) => {
    const dry = input({ dryRun: "true", ...more });
    expect(await inDryRuns(deploy).tasks(dry)[0]?.run(dry)).toMatchObject({ outputs: { image: "a" } });
  },
);

test.each([{}, { dryRun: false }, { dryRun: "false" }, { dryRun: null }])("%j is no dry run", async (trigger) => {
  const type = inDryRuns(deploy);
  const real = input(trigger);
  expect(type.tasks(real).map(({ name }) => name)).toEqual(["real"]);
  expect([type.before?.(real), type.after?.(real), type.onFailure?.(real)].map((each) => each?.length)).toEqual([
    1, 1, 1,
  ]);
});

test("stages that only look and decide run for real", () => {
  const type: StageType = { ...deploy, type: "checkPreconditions" };
  expect(inDryRuns(type)).toBe(type);
});

test("what stands in for other types does nothing, and is none for pipelines", async () => {
  const type = standInStage();
  const [task] = type.tasks(input({ dryRun: true }));
  expect(await task?.run(input({ dryRun: true }) as never)).toMatchObject({ status: "SUCCEEDED" });
  expect(type.validate({ type: "dryRun" })).toHaveLength(1);
  await expect(type.tasks(input({}))[0]?.run(input({}) as never)).rejects.toThrow("stands in for others");
});
