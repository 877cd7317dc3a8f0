import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createScene, web } from "../testing/scene.ts";

const target = (more: JsonObject = {}): JsonObject => ({
  credentials: "local",
  regions: ["local"],
  cluster: "app",
  target: "current_asg_dynamic",
  ...more,
});

async function two() {
  const scene = await createScene();
  await scene.existing();
  await scene.existing();
  scene.provider.operations.length = 0;
  return scene;
}

test("disableServerGroup waits for the router and for requests in flight", async () => {
  const scene = await two();
  scene.router.hold();
  scene.router.setInFlight("app-v001", 2);
  const { stage, waits } = await scene.run("disableServerGroup", {
    context: target(),
    onWait: (waiting) => {
      if (waiting?.code === "traffic.falling") scene.router.release();
      if (waiting?.code === "traffic.draining") scene.router.setInFlight("app-v001", 0);
    },
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(waits.map((waiting) => waiting.message)).toEqual([
    expect.stringContaining("Waits for routers: app-v001 (local/local): load balancer web has generation"),
    "Lets requests end: app-v001 (local/local): 2 requests in flight",
  ]);
  expect(scene.router.shares(web)).toEqual({ "app-v000": 100 });
});

test("the wait for requests in flight is bounded and its end is told", async () => {
  const scene = await two();
  scene.router.setInFlight("app-v001", 1);
  const before = scene.clock.ms;
  const { stage } = await scene.run("disableServerGroup", { context: target({ drainTimeoutSec: 3 }) });
  expect(stage.status).toBe("SUCCEEDED");
  expect(scene.clock.ms - before).toBe(3000);
  expect(stage.outputs["drainTimedOut"]).toEqual(["app-v001 (local/local): 1 requests in flight"]);
});

test("destroyServerGroup takes the group out of traffic before it stops anything, and lets its pin go", async () => {
  const scene = await two();
  await scene.deps.routers[0]?.setWeights(
    { key: "pin", signal: new AbortController().signal, actor: { user: "t", roles: [], via: "system" } },
    web,
    [{ serverGroup: "app-v000", percent: 10 }],
  );
  const { stage } = await scene.run("destroyServerGroup", { context: target({ target: "ancestor_asg_dynamic" }) });
  expect(stage.status).toBe("SUCCEEDED");
  expect(stage.outputs["destroyedServerGroups"]).toEqual([{ account: "local", region: "local", name: "app-v000" }]);
  expect(scene.provider.operations).toEqual(["disable app-v000", "destroy app-v000"]);
  expect((await scene.deps.routers[0]?.loadBalancer(web))?.targets.map((one) => one.pinnedPercent)).toEqual([null]);
});

test.each(["disableServerGroup", "destroyServerGroup", "resizeServerGroup"])(
  "the guards keep the last group from %s",
  async (type) => {
    const scene = await two();
    scene.provider.change("app-v000", (group) => void (group.disabled = true));
    const { stage } = await scene.run(type, { context: target({ capacity: { min: 0, max: 0, desired: 0 } }) });
    expect(stage.failure?.code).toBe("traffic_guard");
    expect(scene.provider.operations).toEqual([]);
  },
);

test("without guards the last group may go", async () => {
  const scene = await createScene({ guards: [] });
  await scene.existing();
  expect((await scene.run("destroyServerGroup", { context: target() })).stage.status).toBe("SUCCEEDED");
  expect(scene.provider.names()).toEqual([]);
});

test("the target is found once: a deploy meanwhile changes nothing", async () => {
  const scene = await two();
  scene.router.hold();
  await scene.run("disableServerGroup", {
    context: target(),
    onWait: () => {
      scene.router.release();
      return undefined;
    },
  });
  await scene.existing();
  expect(scene.provider.all().map((group) => [group.name, group.disabled])).toEqual([
    ["app-v000", false],
    ["app-v001", true],
    ["app-v002", false],
  ]);
});

test("enableServerGroup waits until the group is in traffic", async () => {
  const scene = await two();
  scene.provider.change("app-v001", (group) => void (group.disabled = true));
  scene.router.hold();
  const { stage, waits } = await scene.run("enableServerGroup", {
    context: { credentials: "local", serverGroupName: "app-v001" },
    onWait: () => scene.router.release(),
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(waits.map((waiting) => waiting.code)).toEqual(["traffic.rising"]);
  expect(scene.router.shares(web)).toEqual({ "app-v000": 50, "app-v001": 50 });
});

test.each<[JsonObject, number]>([
  [{ capacity: { min: 1, max: 5, desired: 5 } }, 5],
  [{ targetSize: 3 }, 3],
  [{ action: "scale_up", scaleNum: 2 }, 4],
  [{ action: "scale_down", scalePct: 50 }, 1],
  [{ resizeType: "scale_to_cluster" }, 2],
  [{ resizeType: "incr", action: "scale_up", scaleNum: 1 }, 3],
  [{ resizeType: "exact", action: "scale_up", capacity: { min: 1, max: 1, desired: 1 } }, 1],
  [{ action: "scale_to_server_group", source: { serverGroupName: "app-v000" }, scalePct: 100 }, 4],
  [{ capacity: { desired: 1 }, neverShrink: true }, 2],
])("resizeServerGroup with %j makes it %i", async (context, size) => {
  const scene = await two();
  const { stage } = await scene.run("resizeServerGroup", { context: target(context) });
  expect(stage.failure).toBeNull();
  expect(scene.provider.all()[1]?.instances).toHaveLength(size);
});

test.each<[string, JsonObject, string]>([
  ["resizeServerGroup", target({ action: "scale_up" }), "needs scaleNum or scalePct"],
  ["resizeServerGroup", target({}), "needs `capacity`"],
  [
    "resizeServerGroup",
    target({ action: "scale_to_server_group", source: { serverGroupName: "app-v077" } }),
    "there is no server group app-v077",
  ],
  ["enableServerGroup", target({ cluster: "other" }), "the cluster has no server group (cluster other in local/local)"],
  [
    "destroyServerGroup",
    { serverGroupName: "app-v009" },
    "there is no server group app-v009 (there: app-v001, app-v000)",
  ],
  ["destroyServerGroup", target({ credentials: "nope" }), 'There is no account "nope"'],
  ["disableServerGroup", {}, "names neither a cluster nor a server group"],
])("%s with %j says what is wrong", async (type, context, words) => {
  const scene = await two();
  const { stage } = await scene.run(type, { context });
  expect(stage.status).toBe("TERMINAL");
  expect(stage.failure?.message).toContain(words);
  expect(scene.provider.operations).toEqual([]);
});

test("a part of the traffic is taken by a pin, and only where another group can take it over", async () => {
  const scene = await two();
  const { stage } = await scene.run("disableServerGroup", { context: target({ desiredPercentage: 75 }) });
  expect(stage.status).toBe("SUCCEEDED");
  expect(scene.router.shares(web)).toEqual({ "app-v000": 75, "app-v001": 25 });
  scene.provider.change("app-v000", (group) => void (group.disabled = true));
  const alone = await scene.run("disableServerGroup", { context: target({ desiredPercentage: 75 }) });
  expect(alone.stage.failure?.message).toContain("has no other enabled and healthy server group");
});
