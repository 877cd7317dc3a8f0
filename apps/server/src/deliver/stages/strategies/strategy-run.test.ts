import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { StartPipeline } from "../deps.ts";
import { strategyStageTypes } from "./strategy-run.ts";
import { cluster, createScene } from "../testing/scene.ts";

async function customDeploy() {
  const started: StartPipeline[] = [];
  const scene = await createScene({
    deps: {
      startPipeline: async (input) => {
        started.push(input);
        return { executionId: "child", name: "n" };
      },
      getExecution: async () => ({ id: "child", name: "n", status: "SUCCEEDED", stages: [] }) as never,
    },
  });
  await scene.existing();
  const document = cluster({
    strategy: "custom",
    strategyApplication: "tools",
    strategyPipeline: "strategy-1",
    pipelineParameters: { pause: 5 },
  });
  const outcome = await scene.run("createServerGroup", { context: document });
  return { ...outcome, scene, started };
}

test("the strategy custom creates nothing itself and starts the strategy with the cluster", async () => {
  const { stage, scene, started } = await customDeploy();
  expect(stage.failure).toBeNull();
  expect(stage.tasks.map(({ name }) => name)).toEqual(["determineSourceServerGroup"]);
  expect(scene.provider.names()).toEqual(["app-v000"]);
  expect(started).toMatchObject([
    {
      application: "tools",
      pipelineConfigId: "strategy-1",
      strategy: true,
      parameters: {
        strategy: true,
        application: "app",
        cluster: "app",
        credentials: "local",
        region: "local",
        cloudProvider: "fake",
        clone: false,
        parentPipelineId: "run",
        parentStageId: stage.id,
        pause: 5,
      },
      trigger: { strategy: true, strategyCluster: { application: "app", strategy: "none", loadBalancers: ["web"] } },
    },
  ]);
});

test("the deploy stage of a strategy deploys that cluster, and its other stages work on it", async () => {
  const { scene, started } = await customDeploy();
  const { trigger, parameters } = started[0] ?? { trigger: {}, parameters: {} };
  const execution = { trigger: { ...trigger, parameters } };
  const deploy = await scene.run("deploy", { context: {}, execution });
  expect(deploy.stage.failure).toBeNull();
  expect(scene.provider.names()).toEqual(["app-v000", "app-v001"]);
  const disable = await scene.run("disableCluster", {
    context: { cluster: "another", remainingEnabledServerGroups: 1 },
    execution,
  });
  expect(disable.stage.failure).toBeNull();
  expect(scene.provider.operations).toContain("disable app-v000");
});

test("in other runs stages work on what they say", async () => {
  const scene = await createScene();
  await scene.existing();
  const { stage } = await scene.run("disableCluster", {
    context: { cluster: "another", credentials: "local", regions: ["local"] },
    execution: { trigger: { parameters: { cluster: "app" } } },
  });
  expect(stage.status).not.toBe("RUNNING");
  expect(scene.provider.operations).not.toContain("disable app-v000");
  const empty = await scene.run("deploy", { context: {} });
  expect(empty.stage.failure?.message).toContain("has no `clusters`");
});

test("stages of a strategy need not name the cluster that it is started for, but the rest of them is checked", async () => {
  const { runner } = await createScene();
  const types = strategyStageTypes(runner.types);
  const problems = (type: string, stage: JsonObject) =>
    types
      .get(type)
      ?.validate({ type, ...stage })
      .map(({ pointer }) => pointer);
  expect(runner.types.get("disableCluster")?.validate({})).toMatchObject([{ pointer: "/cluster" }]);
  expect(problems("disableCluster", {})).toEqual([]);
  expect(problems("disableCluster", { remainingEnabledServerGroups: -1 })).toEqual(["/remainingEnabledServerGroups"]);
  expect(problems("disableServerGroup", {})).toEqual(["/target"]);
  expect(problems("wait", { waitTime: "x" })).toEqual(["/waitTime"]);
});
