import type { JsonObject } from "@gennaker/contract/json.ts";
import { afterAll, expect, test } from "vitest";
import type { DeliverDeps } from "../../deliver/stages/deps.ts";
import { createDeliverStages } from "../../deliver/stages/registry.ts";
import type { Engine, ExecutionView, StageType } from "../../engine/api.ts";
import { actor, engineScene, pipeline, stage, until, untilOver } from "../../engine/fixtures/scene.ts";
import type { MetricScope } from "../../observe/metric-sources/api.ts";
import { defaultStageSettings } from "../../platform/config/stage-settings.ts";
import { createEventLog } from "../../platform/events/create-event-log.ts";
import type { ProviderPort } from "../../providers/port/api.ts";
import type { RouterPort } from "../../traffic/port/api.ts";
import { createTrafficStages } from "../../traffic/stages/registry.ts";
import { balancer, canaryConfig, cluster, createWorld } from "./fixtures/world.ts";
import { createCanaryStages } from "./registry.ts";
import { createCanaryRuns } from "./run/run-report.ts";
import { createCanaryRunStore } from "./run/run-store.ts";

/** The real engine, database, deploy and traffic stages, over a cloud and a router in memory. */
const scene = await engineScene();
afterAll(() => scene.end());

async function start(
  values: (scope: MetricScope) => number,
): Promise<{ engine: Engine; id: string; world: Awaited<ReturnType<typeof createWorld>> }> {
  const world = await createWorld(values);
  const ports = {
    providers: new Map<string, ProviderPort>([["fake", world.provider.port as ProviderPort]]),
    routers: [world.router.port as RouterPort],
  };
  const unused = () => Promise.reject(new Error("not used"));
  const types: StageType[] = [
    ...createCanaryStages({
      ...ports,
      settleMs: 0,
      metricAccounts: new Map([["builtin", { name: "builtin", source: world.source }]]),
      canaryConfigs: { find: unused },
      runs: createCanaryRunStore({ database: scene.database, events: createEventLog(scene.database) }),
    }),
    // A deploy asks nothing but its ports, the guards and the settings.
    ...createDeliverStages({
      ...ports,
      guards: { check: async () => null },
      settings: defaultStageSettings(),
    } as Partial<DeliverDeps> as DeliverDeps),
    ...createTrafficStages(ports),
  ];
  const engine = await scene.replica(new Map(types.map((type) => [type.type, type])));
  const { id } = await engine.start(
    pipeline([
      stage("1", "kayentaCanary", [], {
        canaryConfig: {
          config: canaryConfig,
          lifetimeDuration: "PT2S",
          canaryAnalysisInterval: "PT1S",
          scopes: [{ step: 0.1 }],
        },
        deployments: {
          serverGroupPairs: [{ control: cluster("baseline"), experiment: cluster("canary") }],
          traffic: { loadBalancer: "web", percentEach: 10 },
        },
      }),
    ]),
    actor,
  );
  return { engine, id, world };
}

function expectClean({ world }: { world: Awaited<ReturnType<typeof createWorld>> }): void {
  expect(world.provider.names()).toEqual(["shop-v000"]);
  expect(world.router.shares(balancer)).toEqual({ "shop-v000": 100 });
  expect(world.router.dead).toEqual([]);
}

const top = (execution: ExecutionView) => execution.stages.find((one) => one.parentStageId === null);

test("a good canary passes with its share of the traffic and is removed", async () => {
  const run = await start(() => 100);
  await until(
    run.engine,
    run.id,
    (execution) => top(execution)?.tasks.some((task) => task.waiting?.code === "canary.collecting") ?? false,
  );
  expect(run.world.router.shares(balancer)).toEqual({
    "shop-v000": 80,
    "shop--baseline-v000": 10,
    "shop--canary-v000": 10,
  });
  const execution = await untilOver(run.engine, run.id);
  expect([execution.status, top(execution)?.outputs["canaryScores"]]).toEqual(["SUCCEEDED", [100, 100]]);
  const runs = await createCanaryRuns(scene.database).canaryRunsOf(run.id, top(execution)?.id ?? "");
  expect(runs.map((one) => [one.index, one.verdict, one.scopes])).toEqual(
    [1, 2].map((index) => [index, "pass", { baseline: "shop--baseline-v000", canary: "shop--canary-v000" }]),
  );
  expectClean(run);
});

test("a bad canary loses its traffic, is removed, and the run says why", async () => {
  const run = await start((scope) => (scope.scope.includes("canary") ? 300 : 100));
  const execution = await untilOver(run.engine, run.id);
  const canary = top(execution);
  expect([execution.status, canary?.failure?.code]).toEqual(["TERMINAL", "canary.failed"]);
  expect(canary?.failure?.message).toContain("canary mean 300 ms is 3× the baseline's 100 ms");
  const outputs: JsonObject = canary?.outputs ?? {};
  expect(Date.parse(String(outputs["trafficZeroAt"]))).toBeGreaterThanOrEqual(
    Date.parse(String(outputs["badMetricAt"])),
  );
  expectClean(run);
});

test("a canceled canary is removed before the run is CANCELED", async () => {
  const run = await start(() => 100);
  await until(
    run.engine,
    run.id,
    (execution) => top(execution)?.tasks.some((task) => task.waiting?.code === "canary.collecting") ?? false,
  );
  await run.engine.cancel(run.id, "enough", actor);
  const execution = await untilOver(run.engine, run.id);
  expect([execution.status, top(execution)?.status]).toEqual(["CANCELED", "CANCELED"]);
  expect(top(execution)?.outputs["destroyed"]).toEqual(["shop--baseline-v000", "shop--canary-v000"]);
  expectClean(run);
});
