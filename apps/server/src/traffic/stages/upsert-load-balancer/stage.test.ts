import { expect, test } from "vitest";
import type { LoadBalancerRef } from "../../port/api.ts";
import { createScene } from "../../../deliver/stages/testing/scene.ts";

test("creates a load balancer for the run's application with the defaults of a health check", async () => {
  const scene = await createScene();
  const { stage } = await scene.run("upsertLoadBalancer", {
    context: { loadBalancerName: "api", port: "9000", healthCheck: { path: "/ready", unhealthy: 2 } },
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(stage.outputs["loadBalancer"]).toEqual({ account: "local", region: "local", name: "api", port: 9000 });
  expect(await scene.deps.routers[0]?.loadBalancer({ account: "local", region: "local", name: "api" })).toMatchObject({
    application: "app",
    port: 9000,
    healthCheck: { path: "/ready", intervalMs: 1000, timeoutMs: 1000, healthy: 1, unhealthy: 2 },
  });
});

test("changes one that is there and waits until the router has it", async () => {
  const scene = await createScene();
  scene.router.hold();
  const { stage, waits } = await scene.run("upsertLoadBalancer", {
    context: { loadBalancerName: "web", port: 8001, application: "other" },
    onWait: () => scene.router.release(),
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(waits[0]?.message).toMatch(/^Load balancer web is not up yet: generation \d+ is not yet in force$/);
  expect(await scene.deps.routers[0]?.loadBalancers({})).toHaveLength(1);
});

test("one that its router cannot bring up ends the stage with the router's reason", async () => {
  const scene = await createScene();
  const [router] = scene.deps.routers;
  if (router === undefined) throw new Error("the scene has no router");
  const { loadBalancer } = router;
  Object.assign(router, {
    loadBalancer: async (ref: LoadBalancerRef) => {
      const found = await loadBalancer(ref);
      return found && { ...found, state: "down", reason: "127.0.0.1:9000 is in use" };
    },
  });
  const { stage, waits } = await scene.run("upsertLoadBalancer", { context: { loadBalancerName: "web", port: 9000 } });
  expect(waits[0]?.message).toBe("Load balancer web is not up yet: 127.0.0.1:9000 is in use");
  expect(stage.failure).toMatchObject({
    code: "loadBalancer.down",
    message: expect.stringMatching(/^Load balancer web is not up: 127.0.0.1:9000 is in use\./),
  });
});

test.each([
  [{ loadBalancerName: "web" }, "/port is required"],
  [{ loadBalancerName: "web", port: 1, account: "nope" }, 'There is no account "nope"'],
  [{ loadBalancerName: "web", port: 1, region: "mars" }, 'Account local has no region "mars"'],
])("%j is refused", async (context, words) => {
  const { stage } = await (await createScene()).run("upsertLoadBalancer", { context });
  expect(stage.failure?.message).toContain(words);
});

test("several accounts need a name, and without a router there is none", async () => {
  const regions = [{ name: "local", zones: ["a"] }];
  const scene = await createScene({
    provider: {
      accounts: [
        { name: "local", regions },
        { name: "other", regions },
      ],
    },
  });
  const unnamed = await scene.run("upsertLoadBalancer", { context: { loadBalancerName: "api", port: 1 } });
  expect(unnamed.stage.failure?.message).toBe("The stage names no account. Name one of: local, other.");
});

test("without a name of its own the load balancer has that of its stage", async () => {
  const scene = await createScene();
  const { stage } = await scene.run("upsertLoadBalancer", { name: "edge", context: { port: 9001 } });
  expect(stage.outputs["loadBalancer"]).toMatchObject({ name: "edge" });
});
