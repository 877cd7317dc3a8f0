import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { cluster, createScene, web } from "./scene.ts";

/** Every task is run twice with the same operation key: what it does must be done once. */
const target: JsonObject = { credentials: "local", regions: ["local"], cluster: "app", target: "current_asg_dynamic" };

async function afterCrashes(type: string, context: JsonObject, groups = 2) {
  const scene = await createScene();
  for (let index = 0; index < groups; index += 1) await scene.existing();
  scene.provider.operations.length = 0;
  const { stage, stages } = await scene.run(type, { context, crash: true });
  return { scene, stage, stages, operations: scene.provider.operations };
}

test.each<[string, JsonObject, string[]]>([
  [
    "deploy",
    { clusters: [cluster({ strategy: "redblack" })] },
    ["create app-v002", "disable app-v001", "disable app-v000"],
  ],
  [
    "deploy",
    { clusters: [cluster({ strategy: "highlander" })] },
    ["create app-v002", "disable app-v001", "disable app-v000", "destroy app-v001", "destroy app-v000"],
  ],
  [
    "deploy",
    { clusters: [cluster({ strategy: "rollingredblack", scaleDown: true })] },
    [
      "create app-v002",
      "resize app-v002 1",
      "resize app-v002 2",
      "disable app-v001",
      "disable app-v000",
      "resize app-v001 0",
      "resize app-v000 0",
    ],
  ],
  ["cloneServerGroup", target, ["create app-v002"]],
  ["disableServerGroup", target, ["disable app-v001"]],
  ["destroyServerGroup", target, ["disable app-v001", "destroy app-v001"]],
  ["resizeServerGroup", { ...target, action: "scale_up", scaleNum: 1 }, ["resize app-v001 3"]],
  ["disableCluster", target, ["disable app-v000"]],
  ["shrinkCluster", { ...target, shrinkToSize: 1, allowDeleteActive: true }, ["disable app-v000", "destroy app-v000"]],
])("%s with %j does each thing once", async (type, context, wanted) => {
  const { stage, operations, scene } = await afterCrashes(type, context);
  expect(stage.failure).toBeNull();
  expect(operations).toEqual(wanted);
  expect(scene.router.dead).toEqual([]);
});

test("a relative resize that is tried again goes no further", async () => {
  const { scene } = await afterCrashes("resizeServerGroup", { ...target, action: "scale_down", scaleNum: 1 });
  expect(scene.provider.all()[1]?.capacity.desired).toBe(1);
});

test("weights that are set twice are the same weights", async () => {
  const { scene, stage } = await afterCrashes("shiftTraffic", {
    loadBalancer: "web",
    weights: [{ serverGroup: "app-v001", percent: 40 }],
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(scene.router.shares(web)).toEqual({ "app-v000": 60, "app-v001": 40 });
});

test("a group whose creation was never recorded is found by its mark when the deploy is canceled", async () => {
  const scene = await createScene({ provider: { startAs: (group) => (group.sequence === 0 ? "up" : "starting") } });
  await scene.existing();
  await scene.run("createServerGroup", {
    context: cluster({ rollback: { onFailure: true } }),
    onWait: (_waiting, stage) => {
      delete stage.context["deploy.server.groups"];
      return "cancel";
    },
  });
  expect(scene.provider.names()).toEqual(["app-v000"]);
});
