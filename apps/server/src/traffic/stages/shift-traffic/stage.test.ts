import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createScene, web } from "../../../deliver/stages/testing/scene.ts";

const shift = (weights: JsonObject[], more: JsonObject = {}): JsonObject => ({ loadBalancer: "web", weights, ...more });

async function two() {
  const scene = await createScene();
  await scene.existing();
  await scene.existing();
  scene.provider.operations.length = 0;
  return scene;
}

test("sets the pins, waits for the router, and says what is in force", async () => {
  const scene = await two();
  scene.router.setMeasured({ samples: 200, split: { "app-v001": 10 }, matches: true });
  scene.router.hold();
  const { stage, waits } = await scene.run("shiftTraffic", {
    context: shift([{ target: "current_asg_dynamic", cluster: "app", percent: "10" }]),
    onWait: () => scene.router.release(),
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(waits[0]?.message).toMatch(/^The router of web has generation \d+ in force and waits for \d+$/);
  expect(scene.router.shares(web)).toEqual({ "app-v000": 90, "app-v001": 10 });
  expect(stage.outputs["traffic"]).toEqual({
    loadBalancer: "web",
    requested: [{ serverGroup: "app-v001", percent: 10 }],
    measured: { "app-v001": 10 },
    samples: 200,
    words: "web: asked for app-v001 10 %, measured app-v001 10 % over 200 requests: the split is as asked",
  });
});

test("too few requests prove nothing and fail nothing", async () => {
  const scene = await two();
  const before = scene.clock.ms;
  const { stage } = await scene.run("shiftTraffic", {
    context: shift([{ serverGroup: "app-v000", percent: 30 }], { verifySeconds: 2 }),
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(scene.clock.ms - before).toBe(2000);
  expect(JSON.stringify(stage.outputs)).toContain("too few requests to tell");
});

test("a split that stays wrong ends the stage; one that comes right in time does not", async () => {
  const scene = await two();
  const context = shift([{ serverGroup: "app-v000", percent: 30 }]);
  scene.router.setMeasured({ samples: 900, split: { "app-v000": 80 }, matches: false });
  const wrong = await scene.run("shiftTraffic", { context });
  expect(wrong.stage.failure?.message).toBe(
    "Traffic of web does not go where it should: asked for app-v000 30 %, measured app-v000 80 % over 900 requests. " +
      "Look at the router and at the groups' health.",
  );
  const late = await scene.run("shiftTraffic", {
    context,
    onWait: () => scene.router.setMeasured({ samples: 900, split: {}, matches: true }),
  });
  expect(late.stage.status).toBe("SUCCEEDED");
});

test("a disabled group is pinned, enabled and in traffic before all pins are set: never 0/0, never more than asked", async () => {
  const scene = await two();
  const { router, provider } = scene;
  await scene.run("disableServerGroup", { context: { serverGroupName: "app-v001" } });
  const seen: number[] = [];
  provider.port.onChange(() => seen.push(router.shares(web)["app-v001"] ?? 0));
  const { stage } = await scene.run("shiftTraffic", {
    context: shift([
      { serverGroup: "app-v001", percent: 20 },
      { serverGroup: "app-v000", percent: 80 },
    ]),
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(provider.operations).toEqual(["disable app-v001", "enable app-v001"]);
  expect(Math.max(...seen)).toBeLessThanOrEqual(20);
  expect(router.shares(web)).toEqual({ "app-v000": 80, "app-v001": 20 });
  const all = await scene.run("shiftTraffic", {
    context: shift([
      { serverGroup: "app-v001", percent: 100 },
      { serverGroup: "app-v000", percent: 0 },
    ]),
  });
  expect(all.stage.status).toBe("SUCCEEDED");
  expect(router.dead).toEqual([]);
});

test("an empty list removes all pins and verifies nothing", async () => {
  const scene = await two();
  await scene.run("shiftTraffic", { context: shift([{ serverGroup: "app-v000", percent: 5 }]) });
  const { stage } = await scene.run("shiftTraffic", { context: shift([]) });
  expect(stage.tasks.map((task) => task.name)).not.toContain("verifySplit");
  expect(scene.router.shares(web)).toEqual({ "app-v000": 50, "app-v001": 50 });
  expect(JSON.stringify(stage.outputs)).toContain("web: no pins, in force with generation");
});

test.each<[JsonObject, string]>([
  [{ ...shift([]), loadBalancer: "gone" }, 'There is no load balancer "gone" in local/local (known there: web).'],
  [shift([{ serverGroup: "app-v007", percent: 1 }]), "there is no server group app-v007"],
  [
    shift([
      { serverGroup: "app-v000", percent: 1 },
      { target: "oldest_asg_dynamic", cluster: "app", percent: 2 },
    ]),
    "The weights name app-v000 more than once.",
  ],
  [shift([{ serverGroup: "lone-v000", percent: 1 }]), "lone-v000 (local/local) is not behind load balancer web"],
  [shift([{ serverGroup: "app-v000", percent: 0 }]), "would leave web with no server group to send requests to"],
  [shift([{ serverGroup: "app-v001", percent: 1 }]), "has no instance up and cannot take 1 % of web"],
  [shift([{ serverGroup: "app-v000", percent: 101 }]), "/weights/0/percent must be at most 100"],
])("%j is refused and changes nothing", async (context, words) => {
  const scene = await two();
  await scene.existing({ application: "lone", loadBalancers: [] });
  scene.provider.setInstances("app-v001", "down");
  const before = scene.router.shares(web);
  const { stage } = await scene.run("shiftTraffic", { context });
  expect(stage.failure?.message).toContain(words);
  expect(scene.router.shares(web)).toEqual(before);
});
