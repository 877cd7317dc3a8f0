import { expect, test } from "vitest";
import { createScene, operation, web } from "../../deliver/stages/testing/scene.ts";
import { accountOf, notYetRouted, regionOf, requestsInFlight, requireLoadBalancer, stillRouted, unpin } from "./api.ts";

async function scene() {
  const { deps, provider, router, existing } = await createScene();
  await existing();
  await existing();
  const group = async (name: string) => {
    const found = await deps.providers.get("fake")?.serverGroup({ account: "local", region: "local", name });
    if (found === undefined || found === null) throw new Error(`no ${name}`);
    return found;
  };
  return { deps, provider, router, group };
}

test("an account is found by name, or because it is the only one", async () => {
  const { deps } = await scene();
  expect((await accountOf(deps, "local")).provider.name).toBe("fake");
  const { account } = await accountOf(deps, undefined);
  expect([account.name, regionOf(account, undefined), regionOf(account, "local")]).toEqual(["local", "local", "local"]);
  await expect(accountOf(deps, "x")).rejects.toThrow('There is no account "x". Known accounts: local.');
  const two = { ...account, regions: [...account.regions, { name: "east", zones: [] }] };
  expect(() => regionOf(two, "")).toThrow("The stage names no region. Account local has: local, east.");
});

test("a load balancer that is missing is told with those that are there", async () => {
  const { deps } = await scene();
  await expect(requireLoadBalancer(deps, { ...web, name: "x" })).rejects.toThrow(
    "(known there: web). Create it with an upsertLoadBalancer stage",
  );
});

test("what keeps a group from being in traffic is said", async () => {
  const { deps, provider, router, group } = await scene();
  const gap = async () => await notYetRouted(deps, await group("app-v001"));
  expect(await gap()).toBeNull();
  provider.setInstances("app-v001", "down");
  expect(await gap()).toBe("load balancer web sees none of its instances healthy");
  provider.setInstances("app-v001", "up");
  router.setReachable(false);
  expect(await gap()).toBe("the router of load balancer web cannot be asked which generation is in force");
  router.setReachable(true);
  router.hold();
  provider.change("app-v001", (one) => void (one.disabled = true));
  expect(await gap()).toBe("load balancer web still has it as disabled");
  expect(await stillRouted(deps, await group("app-v001"))).toMatch(
    /^load balancer web has generation \d+ in force and waits for \d+$/,
  );
  router.release();
  expect(await stillRouted(deps, await group("app-v001"))).toBeNull();
  expect(await stillRouted(deps, await group("app-v000"))).toBe("load balancer web still sends it requests");
});

test("a group pinned to 0 is where it should be, and a load balancer that is gone keeps nobody waiting", async () => {
  const { deps, group } = await scene();
  await deps.routers[0]?.setWeights(operation("pin"), web, [{ serverGroup: "app-v001", percent: 0 }]);
  expect(await notYetRouted(deps, await group("app-v001"))).toBeNull();
  await unpin(deps, operation("unpin"), await group("app-v001"));
  expect((await deps.routers[0]?.loadBalancer(web))?.targets[1]?.pinnedPercent).toBeNull();
  await deps.routers[0]?.deleteLoadBalancer(operation("delete"), web);
  expect(await notYetRouted(deps, await group("app-v001"))).toBeNull();
  expect(await requestsInFlight(deps, await group("app-v001"))).toBe(0);
});

test("requests in flight are summed up, and unknown where a router cannot be asked", async () => {
  const { deps, router, group } = await scene();
  router.setInFlight("app-v001", 3);
  expect(await requestsInFlight(deps, await group("app-v001"))).toBe(3);
  router.setReachable(false);
  expect(await requestsInFlight(deps, await group("app-v001"))).toBeNull();
});
