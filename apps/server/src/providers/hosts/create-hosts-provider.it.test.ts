import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, createHarness, type Harness, operation } from "./fixtures/harness.ts";

describe("a server group of real processes", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness();
    await harness.provider.start();
  });
  afterAll(() => harness.dispose());

  it("is deployed, becomes healthy and is destroyed without a trace", async () => {
    const { provider } = harness;
    const ref = await provider.createServerGroup(
      operation("one"),
      harness.cluster({ capacity: { min: 1, max: 3, desired: 3 } }),
    );
    expect(ref).toEqual({ account: "local", region: "local", name: "shop-prod-v000" });
    const group = await harness.until(ref, ({ health }) => health.status === "stable");
    expect(group.instances.map(({ state }) => state)).toEqual(["up", "up", "up"]);
    expect(group.instances.map(({ zone }) => zone).sort()).toEqual(["a", "b", "c"]);
    expect(await (await ask(group, "/")).text()).toBe("hello\n");
    expect(harness.woken).toContain("account:local");

    expect(await provider.createServerGroup(operation("one"), harness.cluster())).toEqual(ref);
    await provider.destroyServerGroup(operation("gone"), ref);
    expect(await provider.serverGroup(ref)).toBeNull();
    expect(harness.processes()).toEqual([]);
    await provider.destroyServerGroup(operation("gone"), ref);
  });

  it("writes an event with each change, and nothing while nothing changes", async () => {
    const { provider, database } = harness;
    const ref = await provider.createServerGroup(operation(), harness.cluster({ freeFormDetails: "events" }));
    const subject = `${ref.account}/${ref.region}/${ref.name}`;
    const events = () =>
      database.query<{ data: string; application: string }>(
        "select application, data::text as data from platform_event where type = 'serverGroup.changed' and subject = $1 order by id",
        [subject],
      );
    await harness.until(ref, ({ health }) => health.status === "stable");
    const before = await events();
    const last = before.at(-1);
    expect(last?.application).toBe("shop");
    expect(JSON.parse(last?.data ?? "{}")).toMatchObject({
      ...ref,
      desired: 1,
      disabled: false,
      health: { status: "stable", reason: "1 of 1 instances up" },
    });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await events()).toHaveLength(before.length);
    await provider.destroyServerGroup(operation(), ref);
    expect((await events()).length).toBeGreaterThan(before.length);
  });

  it("lets an instance that takes traffic serve on while routers leave it", async () => {
    const { provider } = harness;
    const cluster = harness.cluster({ freeFormDetails: "drain", loadBalancers: ["front"], drainSec: 3600 });
    const ref = await provider.createServerGroup(operation(), cluster);
    await harness.until(ref, ({ health }) => health.status === "stable");
    await provider.resizeServerGroup(operation(), ref, { min: 0, max: 1, desired: 0 });
    const draining = await harness.until(ref, ({ instances }) => instances[0]?.state === "stopping");
    expect(draining.health).toMatchObject({ status: "progressing", code: "stopping" });
    expect(await (await ask(draining, "/")).text()).toBe("hello\n");
  });

  it("stops at once what takes no traffic", async () => {
    const { provider } = harness;
    const cluster = harness.cluster({ freeFormDetails: "quiet", loadBalancers: ["front"], drainSec: 3600 });
    const ref = await provider.createServerGroup(operation(), cluster);
    await harness.until(ref, ({ health }) => health.status === "stable");
    await provider.disableServerGroup(operation(), ref);
    await provider.destroyServerGroup(operation(), ref);
    expect(await provider.serverGroup(ref)).toBeNull();
  });
});
