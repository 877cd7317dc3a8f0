import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { cluster, createScene, web } from "../testing/scene.ts";

const target = (more: JsonObject): JsonObject => ({
  cloudProvider: "fake",
  credentials: "local",
  regions: ["local"],
  cluster: "app",
  ...more,
});
const image = (reference: string): JsonObject => ({ artifact: { type: "host/directory", reference } });

test("PREVIOUS_IMAGE clones the group with what the next older one runs, and takes it over", async () => {
  const scene = await createScene();
  await scene.existing(image("/srv/one"));
  await scene.existing(image("/srv/two"));
  const { stage, stages } = await scene.run("rollbackServerGroup", {
    context: target({ rollbackType: "PREVIOUS_IMAGE", rollbackContext: { rollbackServerGroupName: "app-v001" } }),
  });
  expect(stage.failure).toBeNull();
  expect(stages.map(({ type }) => type)).toContain("cloneServerGroup");
  const made = scene.provider.all().find(({ name }) => name === "app-v002");
  expect(made?.launch["artifact"]).toMatchObject({ reference: "/srv/one" });
  expect(made?.capacity).toEqual({ min: 2, max: 2, desired: 2 });
  expect(scene.router.shares(web)).toEqual({ "app-v002": 100 });
});

test("what a deploy replaced is known when it is gone, and a named image comes first", async () => {
  const scene = await createScene();
  await scene.existing(image("/srv/one"));
  await scene.run("createServerGroup", { context: cluster({ ...image("/srv/two"), strategy: "highlander" }) });
  expect(scene.provider.names()).toEqual(["app-v001"]);
  const rollback = async (more: JsonObject, name: string) => {
    const { stage } = await scene.run("rollbackServerGroup", {
      context: target({ rollbackType: "PREVIOUS_IMAGE", rollbackContext: { rollbackServerGroupName: name, ...more } }),
    });
    expect(stage.failure).toBeNull();
    return scene.provider.all().at(-1)?.launch["artifact"];
  };
  expect(await rollback({}, "app-v001")).toMatchObject({ reference: "/srv/one" });
  expect(await rollback({ imageName: "/srv/three" }, "app-v002")).toMatchObject({ reference: "/srv/three" });
});

test("when nothing says what was there before, nothing is changed", async () => {
  const scene = await createScene();
  await scene.existing();
  const { stage } = await scene.run("rollbackServerGroup", {
    context: target({ rollbackType: "PREVIOUS_IMAGE", rollbackContext: { rollbackServerGroupName: "app-v000" } }),
  });
  expect(stage.failure?.message).toBe(
    "Nothing says what app-v000 (local/local) ran before. Name it in rollbackContext.imageName.",
  );
  expect(scene.provider.names()).toEqual(["app-v000"]);
});

test("TEST only waits", async () => {
  const scene = await createScene();
  const before = scene.clock.ms;
  const { stage } = await scene.run("rollbackServerGroup", {
    context: target({ rollbackType: "TEST", rollbackContext: { waitTime: 7 } }),
  });
  expect([stage.status, scene.clock.ms - before]).toEqual(["SUCCEEDED", 7000]);
});
