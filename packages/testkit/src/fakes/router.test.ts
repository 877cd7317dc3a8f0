import { expect, test } from "vitest";
import { createFakeProvider } from "./provider.ts";
import { createFakeRouter } from "./router.ts";

const web = { account: "local", region: "local", name: "web" };
const operation = (key: string) => ({ key, signal: new AbortController().signal });

async function scene() {
  const provider = createFakeProvider();
  const router = createFakeRouter(provider);
  const healthCheck = { path: "/", intervalMs: 1, timeoutMs: 1, healthy: 1, unhealthy: 1 };
  await router.port.upsertLoadBalancer(operation("lb"), { ...web, application: "app", port: 80, healthCheck });
  const create = async (key: string, desired: number): Promise<void> => {
    const capacity = { min: 0, max: 9, desired };
    await provider.port.createServerGroup(operation(key), {
      ...web,
      application: "app",
      capacity,
      loadBalancers: ["web"],
      artifact: {},
    });
  };
  await create("a", 1);
  await create("b", 3);
  return { provider, router, create };
}

test("groups without a pin share the rest by healthy instances", async () => {
  const { router } = await scene();
  expect(router.shares(web)).toEqual({ "app-v000": 25, "app-v001": 75 });
  await router.port.setWeights(operation("w"), web, [{ serverGroup: "app-v000", percent: 10 }]);
  expect(router.shares(web)).toEqual({ "app-v000": 10, "app-v001": 90 });
  await router.port.patchWeights(operation("p"), web, [
    { serverGroup: "app-v000", percent: null },
    { serverGroup: "app-v001", percent: 50 },
  ]);
  expect(router.shares(web)).toEqual({ "app-v000": 50, "app-v001": 50 });
});

test("every change is a new generation, in force at once or when it is released", async () => {
  const { router, create } = await scene();
  const before = (await router.port.confirmedGeneration(web)) ?? 0;
  router.hold();
  await create("c", 1);
  const { generation } = await router.port.setWeights(operation("w"), web, []);
  expect([generation, await router.port.confirmedGeneration(web)]).toEqual([before + 2, before]);
  router.release();
  expect(await router.port.confirmedGeneration(web)).toBe(generation);
  router.setReachable(false);
  expect([await router.port.confirmedGeneration(web), await router.port.inFlight(web, "app-v000")]).toEqual([
    null,
    null,
  ]);
});

test("the moment at which nothing is left to serve is remembered", async () => {
  const { provider, router } = await scene();
  await provider.port.disableServerGroup(operation("d0"), { ...web, name: "app-v000" });
  expect(router.dead).toEqual([]);
  await provider.port.destroyServerGroup(operation("d1"), { ...web, name: "app-v001" });
  expect(router.dead).toHaveLength(1);
  const view = await router.port.loadBalancer(web);
  expect(
    view?.targets.map(({ serverGroup, disabled, requestedPercent }) => [serverGroup, disabled, requestedPercent]),
  ).toEqual([["app-v000", true, 0]]);
});
