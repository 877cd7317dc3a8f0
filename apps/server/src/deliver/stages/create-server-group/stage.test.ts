import { expect, test } from "vitest";
import { cluster, createScene, web } from "../testing/scene.ts";

test("a deploy without strategy adds a group, waits until it is in traffic, and reports it", async () => {
  const scene = await createScene();
  await scene.existing();
  const { stage } = await scene.run("deploy", { context: { clusters: [cluster()] } });
  expect(stage.failure).toBeNull();
  expect(stage.status).toBe("SUCCEEDED");
  expect(scene.provider.names()).toEqual(["app-v000", "app-v001"]);
  expect(stage.outputs["deploy.server.groups"]).toEqual({ local: ["app-v001"] });
  expect(stage.outputs["deployedServerGroups"]).toEqual([
    {
      account: "local",
      region: "local",
      cloudProvider: "fake",
      serverGroup: "app-v001",
      cluster: "app",
      sourceServerGroup: "app-v000",
    },
  ]);
  expect(scene.router.shares(web)).toEqual({ "app-v000": 50, "app-v001": 50 });
});

test("red/black raises the new group before it lowers the old one", async () => {
  const scene = await createScene();
  await scene.existing();
  const { stage, stages } = await scene.run("deploy", { context: { clusters: [cluster({ strategy: "redblack" })] } });
  expect(stage.status).toBe("SUCCEEDED");
  expect(stages.map((one) => one.type)).toEqual(["deploy", "createServerGroup", "disableCluster"]);
  expect(scene.provider.operations).toEqual(["create app-v000", "create app-v001", "disable app-v000"]);
  expect(scene.router.shares(web)).toEqual({ "app-v001": 100 });
  expect(scene.router.dead).toEqual([]);
});

test("the old group is not lowered while the router has not confirmed the new one", async () => {
  const scene = await createScene();
  await scene.existing();
  let looks = 0;
  scene.router.hold();
  const { stage, waits } = await scene.run("deploy", {
    context: { clusters: [cluster({ strategy: "redblack" })] },
    onWait: () => {
      looks += 1;
      expect(scene.provider.operations).not.toContain("disable app-v000");
      if (looks === 5) scene.router.release();
    },
  });
  expect(looks).toBeGreaterThanOrEqual(5);
  expect(waits[0]?.message).toContain("load balancer web has generation");
  expect(stage.status).toBe("SUCCEEDED");
});

test("a group that its provider calls failed ends the deploy at once with the reason, and is left disabled", async () => {
  const scene = await createScene({ provider: { startAs: (group) => (group.sequence === 0 ? "up" : "starting") } });
  await scene.existing();
  const { stage, stages } = await scene.run("deploy", {
    context: { clusters: [cluster({ strategy: "redblack" })] },
    onWait: () =>
      scene.provider.change("app-v001", (group) => {
        group.health = { status: "failed", code: "crashLoop", reason: "exited 3 times with status 1" };
      }),
  });
  expect(stage.status).toBe("TERMINAL");
  expect(stage.failure?.message).toContain("exited 3 times with status 1");
  const groups = scene.provider.all().map((group) => [group.name, group.disabled]);
  expect(groups).toEqual([
    ["app-v000", false],
    ["app-v001", true],
  ]);
  expect(stages.at(-1)?.outputs["settlement"]).toBe(
    "app-v000 still serves, and app-v001 is left disabled; look at its instances, then destroy it.",
  );
});

test("with rollback.onFailure the failed group is destroyed", async () => {
  const scene = await createScene({ provider: { startAs: (group) => (group.sequence === 0 ? "up" : "starting") } });
  await scene.existing();
  const { stage } = await scene.run("deploy", {
    context: { clusters: [cluster({ strategy: "redblack", rollback: { onFailure: true }, progressDeadlineSec: 60 })] },
  });
  expect(stage.failure?.code).toBe("serverGroup.noProgress");
  expect(scene.provider.names()).toEqual(["app-v000"]);
});

test("a canceled deploy leaves one half live", async () => {
  const scene = await createScene({ provider: { startAs: (group) => (group.sequence === 0 ? "up" : "starting") } });
  await scene.existing();
  const { stages } = await scene.run("deploy", {
    context: { clusters: [cluster({ strategy: "redblack" })] },
    onWait: () => "cancel",
  });
  expect(stages.map((one) => one.status)).toEqual(["CANCELED", "CANCELED"]);
  expect(scene.provider.all().map((group) => group.disabled)).toEqual([false, true]);
  expect(stages[1]?.outputs["settlement"]).toContain("left disabled");
});

test.each([
  [{ account: "nowhere" }, 'There is no account "nowhere". Known accounts: local.'],
  [{ region: "mars" }, 'Account local has no region "mars". It has: local.'],
  [{ cloudProvider: "aws" }, "belongs to cloud provider fake, but the cluster says aws"],
  [{ loadBalancers: ["gone"] }, 'There is no load balancer "gone" in local/local (known there: web)'],
  [{ strategy: "cfrollingredblack" }, 'Deployment strategy "cfrollingredblack" is not available here'],
  [{ strategy: "custom" }, "The strategy custom needs strategyPipeline"],
  [{ artifact: null, artifactId: "image" }, 'No artifact is bound to "image"'],
  [{ artifact: null }, "/artifact is required"],
  [{ capacity: { desired: "many" } }, '/capacity/desired must be a number, but is the text "many"'],
])("a cluster with %j creates nothing and says why", async (overrides, words) => {
  const scene = await createScene();
  const { stage } = await scene.run("createServerGroup", { context: cluster(overrides) });
  expect(stage.status).toBe("TERMINAL");
  expect(stage.failure?.message).toContain(words);
  expect(scene.provider.names()).toEqual([]);
});

test("the artifact of a trigger is deployed by its id, and the source's size is taken when asked for", async () => {
  const scene = await createScene();
  await scene.existing({ capacity: { min: 3, max: 5, desired: 4 } });
  const trigger = {
    resolvedExpectedArtifacts: [{ id: "image", boundArtifact: { type: "host/tarball", reference: "/srv/app-2.tgz" } }],
  };
  await scene.run("createServerGroup", {
    context: cluster({ artifact: null, artifactId: "image", useSourceCapacity: true }),
    execution: { trigger },
  });
  const created = scene.provider.all()[1];
  expect(created?.artifact.reference).toBe("/srv/app-2.tgz");
  expect(created?.capacity).toEqual({ min: 3, max: 5, desired: 4 });
});

test("so much of the group is enough as targetHealthyDeployPercentage says", async () => {
  const scene = await createScene({ provider: { startAs: () => "starting" } });
  const { stage } = await scene.run("createServerGroup", {
    context: cluster({ capacity: { min: 4, max: 4, desired: 4 }, targetHealthyDeployPercentage: 50 }),
    onWait: () =>
      scene.provider.change("app-v000", (group) => {
        for (const one of group.instances.slice(0, 2)) one.state = "up";
      }),
  });
  expect(stage.status).toBe("SUCCEEDED");
});

test("a deploy without clusters deploys nothing and says so", async () => {
  const scene = await createScene();
  const { stage } = await scene.run("deploy", { context: { clusters: [] } });
  expect(stage.failure?.message).toContain("has no `clusters`");
});

test("clusters and their regions are deployed side by side and reported together", async () => {
  const regions = [
    { name: "east", zones: ["a"] },
    { name: "west", zones: ["b"] },
  ];
  const scene = await createScene({ provider: { accounts: [{ name: "local", regions }] } });
  const place = { region: null, loadBalancers: [], availabilityZones: { east: ["a"], west: ["b"] } };
  const { stage, stages } = await scene.run("deploy", {
    context: { clusters: [cluster(place), cluster({ ...place, stack: "blue", availabilityZones: { west: ["b"] } })] },
  });
  expect(stages.slice(1).map((one) => one.name)).toEqual(["Deploy in east", "Deploy in west", "Deploy in west"]);
  expect(stage.outputs["deploy.server.groups"]).toEqual({ east: ["app-v000"], west: ["app-v001", "app-blue-v000"] });
  expect(scene.provider.all().map((group) => group.launch["availabilityZones"])).toEqual([
    { east: ["a"] },
    { west: ["b"] },
    { west: ["b"] },
  ]);
});

test("what the provider says about a cluster is told at its place, expressions excepted", async () => {
  const scene = await createScene();
  const validate = scene.runner.types.get("deploy")?.validate;
  expect(
    validate?.({
      clusters: [cluster({ capacity: { min: 2, max: 1, desired: 1 } }), cluster({ artifact: null, strategy: "x" })],
    }),
  ).toEqual([
    { pointer: "/clusters/1/strategy", reason: expect.stringContaining("must be one of none") },
    { pointer: "/clusters/0/capacity", reason: "must have min ≤ desired ≤ max" },
  ]);
  expect(validate?.({ clusters: [{ cloudProvider: "aws", account: "a" }] })).toEqual([]);
});
