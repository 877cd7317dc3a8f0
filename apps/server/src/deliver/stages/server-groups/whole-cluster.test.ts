import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createScene, web } from "../testing/scene.ts";
import type { SceneOptions } from "../testing/scene.ts";

const context = (more: JsonObject = {}): JsonObject => ({
  credentials: "local",
  regions: ["local"],
  cluster: "app",
  ...more,
});

async function three(options: SceneOptions = {}) {
  const scene = await createScene(options);
  for (const _ of [1, 2, 3]) await scene.existing();
  scene.provider.operations.length = 0;
  return scene;
}

test("disableCluster keeps the newest", async () => {
  const scene = await three();
  const { stage } = await scene.run("disableCluster", { context: context() });
  expect(stage.status).toBe("SUCCEEDED");
  expect(scene.provider.operations).toEqual(["disable app-v001", "disable app-v000"]);
  expect(scene.router.shares(web)).toEqual({ "app-v002": 100 });
});

test("disableCluster first waits until what stays is up, and fails with its reason when it cannot be", async () => {
  const scene = await three({ provider: {} });
  scene.provider.setInstances("app-v002", "down");
  const { stage, waits } = await scene.run("disableCluster", {
    context: context(),
    onWait: () =>
      scene.provider.change("app-v002", (group) => {
        group.health = { status: "failed", code: "port", reason: "nothing listens on its port" };
      }),
  });
  expect(waits[0]?.message).toContain("Waits for instances: app-v002 (local/local): 0 of 2 instances up");
  expect(stage.failure?.message).toContain("nothing listens on its port");
  expect(scene.provider.operations).toEqual([]);
});

test("nothing is disabled in favour of a group of size 0", async () => {
  const scene = await three();
  scene.provider.change("app-v002", (group) => {
    group.capacity = { min: 0, max: 0, desired: 0 };
    group.instances = [];
  });
  const { stage } = await scene.run("disableCluster", { context: context() });
  expect(stage.failure?.message).toBe(
    "Only app-v002 would stay enabled, with size 0: nothing would serve. Resize it first.",
  );
  expect(scene.provider.operations).toEqual([]);
});

test("shrinkCluster destroys disabled groups only; with allowDeleteActive it disables first", async () => {
  const scene = await three();
  expect((await scene.run("shrinkCluster", { context: context({ shrinkToSize: 1 }) })).stage.status).toBe("SUCCEEDED");
  expect(scene.provider.names()).toHaveLength(3);
  const { stages } = await scene.run("shrinkCluster", {
    context: context({ shrinkToSize: 2, allowDeleteActive: true }),
  });
  expect(stages.map((stage) => stage.type)).toEqual(["shrinkCluster", "disableCluster"]);
  expect(scene.provider.operations).toEqual(["disable app-v000", "destroy app-v000"]);
});

test("scaleDownCluster empties disabled groups and keeps them", async () => {
  const scene = await three();
  await scene.run("disableCluster", { context: context() });
  const { stage } = await scene.run("scaleDownCluster", { context: context() });
  expect(stage.status).toBe("SUCCEEDED");
  expect(scene.provider.all().map((group) => [group.name, group.capacity.desired, group.capacity.min])).toEqual([
    ["app-v000", 0, 0],
    ["app-v001", 0, 0],
    ["app-v002", 2, 2],
  ]);
});

test("groups of a canary are left alone", async () => {
  const scene = await createScene();
  await scene.existing({ canaryRole: "baseline" });
  await scene.existing();
  const { stage } = await scene.run("shrinkCluster", {
    context: context({ shrinkToSize: 1, allowDeleteActive: true }),
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(scene.provider.names()).toHaveLength(2);
});

test("rollbackCluster grows and raises the previous group before the newest falls", async () => {
  const scene = await createScene();
  await scene.existing();
  await scene.run("deploy", {
    context: {
      clusters: [
        {
          account: "local",
          application: "app",
          capacity: { desired: 3 },
          loadBalancers: ["web"],
          artifact: { reference: "x" },
          strategy: "redblack",
          scaleDown: true,
        },
      ],
    },
  });
  scene.provider.operations.length = 0;
  scene.router.dead.length = 0;
  const { stage, stages } = await scene.run("rollbackCluster", { context: context() });
  expect(stage.status).toBe("SUCCEEDED");
  expect(stages.map((one) => one.type)).toEqual([
    "rollbackCluster",
    "rollbackServerGroup",
    "resizeServerGroup",
    "enableServerGroup",
    "disableServerGroup",
  ]);
  expect(scene.provider.operations).toEqual(["resize app-v000 3", "enable app-v000", "disable app-v001"]);
  expect(scene.router.dead).toEqual([]);
  expect(stage.outputs["rollbacks"]).toEqual([
    { account: "local", region: "local", rollback: "app-v001", restore: "app-v000" },
  ]);
});

test("rollbackCluster without an earlier group says so", async () => {
  const scene = await createScene();
  await scene.existing();
  const { stage } = await scene.run("rollbackCluster", { context: context() });
  expect(stage.failure?.message).toBe(
    "Cannot roll back cluster app in local/local: app-v000 has no earlier server group to go back to.",
  );
});

test("rollbackServerGroup of another type, or without names, changes nothing", async () => {
  const scene = await three();
  const image = await scene.run("rollbackServerGroup", {
    context: context({ rollbackType: "PREVIOUS_IMAGE", rollbackContext: {} }),
  });
  expect(image.stage.failure?.message).toContain("needs rollbackServerGroupName");
  const unnamed = await scene.run("rollbackServerGroup", {
    context: context({ rollbackContext: { rollbackServerGroupName: "app-v002" } }),
  });
  expect(unnamed.stage.failure?.message).toContain("needs rollbackServerGroupName and restoreServerGroupName");
  expect(scene.provider.operations).toEqual([]);
});

test("rollbackServerGroup waits before it disables, and can only disable", async () => {
  const scene = await three();
  const names = { rollbackServerGroupName: "app-v002", restoreServerGroupName: "app-v001" };
  const slow = await scene.run("rollbackServerGroup", {
    context: context({ rollbackContext: { ...names, delayBeforeDisableSeconds: 30, enableAndDisableOnly: true } }),
  });
  expect(slow.stages.map((stage) => stage.type)).toEqual([
    "rollbackServerGroup",
    "enableServerGroup",
    "wait",
    "disableServerGroup",
  ]);
  const only = await scene.run("rollbackServerGroup", {
    context: context({ rollbackContext: { rollbackServerGroupName: "app-v001", disableOnly: true } }),
  });
  expect(only.stages.map((stage) => stage.type)).toEqual(["rollbackServerGroup", "disableServerGroup"]);
});

test("cloneServerGroup deploys the same again, with what the stage says instead", async () => {
  const scene = await createScene();
  await scene.existing({ env: { A: "1" }, capacity: { min: 3, max: 3, desired: 3 } });
  const { stage } = await scene.run("cloneServerGroup", {
    context: { ...context(), target: "current_asg_dynamic", env: { A: "2" }, strategy: "redblack" },
  });
  expect(stage.failure).toBeNull();
  const [old, clone] = scene.provider.all();
  expect([old?.disabled, clone?.disabled, clone?.capacity.desired]).toEqual([true, false, 3]);
  expect(clone?.launch).toMatchObject({
    env: { A: "2" },
    artifact: { reference: "/srv/app" },
    deployedBy: { stageId: stage.id },
  });
});

test("cloneServerGroup into another cluster leaves the source's cluster alone", async () => {
  const scene = await createScene();
  await scene.existing();
  const { stage } = await scene.run("cloneServerGroup", {
    context: {
      ...context(),
      source: { serverGroupName: "app-v000" },
      targetCluster: "app-blue",
      strategy: "highlander",
    },
  });
  expect(stage.failure).toBeNull();
  expect(scene.provider.names()).toEqual(["app-v000", "app-blue-v000"]);
});
