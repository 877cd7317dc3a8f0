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
    const ref = await provider.createServerGroup(operation("one"), harness.cluster({ capacity: { min: 1, max: 3, desired: 3 } }));
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
});
