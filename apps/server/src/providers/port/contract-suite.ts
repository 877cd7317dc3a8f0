import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Operation, ProviderPort, ServerGroup, ServerGroupRef } from "./api.ts";

/** A provider under test, with what the suite needs to use it. */
export type ProviderUnderTest = {
  provider: ProviderPort;
  /** A cluster that becomes healthy, as a `deploy` stage has it; `overrides` replace its fields. */
  cluster(overrides?: JsonObject): JsonObject;
  /** Ends and removes everything. */
  dispose(): Promise<void>;
};

function operation(key: string = randomUUID(), signal = new AbortController().signal): Operation {
  return { key, signal, actor: { user: "contract", roles: [], via: "system" } };
}

function capacity(desired: number): { min: number; max: number; desired: number } {
  return { min: 0, max: 5, desired };
}

/** The rules of ProviderPort. Every provider's tests call this; `make` is called once and gives a started provider. */
export function describeProvider(name: string, make: () => Promise<ProviderUnderTest>): void {
  describe(`provider ${name} keeps the contract`, () => {
    let under: ProviderUnderTest;
    let provider: ProviderPort;
    beforeAll(async () => {
      under = await make();
      provider = under.provider;
    });
    afterAll(() => under?.dispose());

    const get = async (ref: ServerGroupRef): Promise<ServerGroup> => {
      const group = await provider.serverGroup(ref);
      if (group === null) throw new Error(`${ref.name} is gone`);
      return group;
    };
    const until = async (ref: ServerGroupRef, done: (group: ServerGroup) => boolean): Promise<ServerGroup> => {
      for (;;) {
        const group = await get(ref);
        if (done(group)) return group;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    };
    const stable = (ref: ServerGroupRef): Promise<ServerGroup> =>
      until(ref, ({ health }) => health.status === "stable");
    const deploy = (overrides: JsonObject, key?: string): Promise<ServerGroupRef> =>
      provider.createServerGroup(operation(key), under.cluster(overrides));
    const destroy = (ref: ServerGroupRef): Promise<void> => provider.destroyServerGroup(operation(), ref);

    it("has accounts with regions and zones", async () => {
      const accounts = await provider.accounts();
      expect(accounts.length).toBeGreaterThan(0);
      for (const account of accounts) {
        expect(account).toMatchObject({ cloudProvider: provider.name, reachable: true, reason: "" });
        expect(account.regions.length).toBeGreaterThan(0);
      }
    });

    it("finds nothing wrong with a good cluster and points at what is wrong with a bad one", () => {
      expect(provider.validateCluster(under.cluster())).toEqual([]);
      expect(provider.validateCluster(under.cluster({ someFieldOfAnotherTool: { kept: true } }))).toEqual([]);
      const problems = provider.validateCluster(under.cluster({ capacity: { min: 3, max: 1, desired: 2 } }));
      expect(problems.map(({ pointer }) => pointer)).toEqual(["/capacity"]);
      expect(problems[0]?.reason).not.toBe("");
    });

    it("gives one server group for one key, and the next number for the next key", async () => {
      const stack = "once";
      const key = randomUUID();
      const [one, two] = await Promise.all([deploy({ stack }, key), deploy({ stack }, key)]);
      expect(two).toEqual(one);
      const other = await deploy({ stack });
      const { cluster, sequence } = await get(other);
      expect([(await get(one ?? other)).sequence, sequence]).toEqual([0, 1]);
      expect([one?.name, other.name].map((name) => name?.slice(-5))).toEqual(["-v000", "-v001"]);
      const found = await provider.serverGroups({ account: other.account, region: other.region, cluster });
      expect(found.map((group) => group.name)).toEqual([one?.name, other.name]);
      await destroy(other);
      expect(await deploy({ stack }, key)).toEqual(one);
      if (one !== undefined) await destroy(one);
      expect(await provider.serverGroups({ cluster })).toEqual([]);
    });

    it("becomes stable with every instance up, and shows what it was deployed from", async () => {
      const cluster = under.cluster({ stack: "shown", capacity: capacity(2) });
      const ref = await provider.createServerGroup(operation(), cluster);
      const group = await stable(ref);
      expect(group).toMatchObject({
        ...ref,
        cloudProvider: provider.name,
        disabled: false,
        capacity: capacity(2),
        launch: cluster,
      });
      expect(group.instances).toHaveLength(2);
      expect(new Set(group.instances.map(({ id }) => id)).size).toBe(2);
      for (const instance of group.instances) expect(instance).toMatchObject({ state: "up" });
      expect(group.health.reason).not.toBe("");
      expect(group.artifact.digest).not.toBe("");
      await destroy(ref);
    });

    it("resizes up, down and to nothing, and does not repeat an old key", async () => {
      const ref = await deploy({ stack: "sized" });
      const first = operation();
      await provider.resizeServerGroup(first, ref, capacity(3));
      await until(ref, ({ instances, health }) => health.status === "stable" && instances.length === 3);
      await provider.resizeServerGroup(operation(), ref, capacity(1));
      await until(ref, ({ instances, health }) => health.status === "stable" && instances.length === 1);
      await provider.resizeServerGroup(first, ref, capacity(3));
      expect((await get(ref)).capacity.desired).toBe(1);
      await provider.resizeServerGroup(operation(), ref, capacity(0));
      await until(ref, ({ instances, health }) => health.status === "stable" && instances.length === 0);
      await destroy(ref);
    });

    it("refuses a capacity that makes no sense", async () => {
      const ref = await deploy({ stack: "refused" });
      const resized = provider.resizeServerGroup(operation(), ref, { min: 2, max: 1, desired: 1 });
      await expect(resized).rejects.toMatchObject({ code: "invalid_request" });
      await destroy(ref);
    });

    it("disables and enables without stopping anything", async () => {
      const ref = await deploy({ stack: "toggled" });
      const before = await stable(ref);
      const disable = operation();
      await provider.disableServerGroup(disable, ref);
      await provider.disableServerGroup(disable, ref);
      const disabled = await get(ref);
      expect(disabled.disabled).toBe(true);
      expect(disabled.instances.map(({ id, state }) => ({ id, state }))).toEqual(
        before.instances.map(({ id }) => ({ id, state: "outOfService" })),
      );
      expect((await stable(ref)).disabled).toBe(true);
      await provider.enableServerGroup(operation(), ref);
      await provider.disableServerGroup(disable, ref);
      const enabled = await get(ref);
      expect(enabled.disabled).toBe(false);
      expect(enabled.instances.map(({ id, state, restarts }) => ({ id, state, restarts }))).toEqual(
        before.instances.map(({ id }) => ({ id, state: "up", restarts: 0 })),
      );
      await destroy(ref);
    });

    it("replaces an instance that was asked to end, once per key", async () => {
      const ref = await deploy({ stack: "replaced" });
      const [old] = (await stable(ref)).instances;
      const end = operation();
      await provider.terminateInstance(end, ref, old?.id ?? "");
      const [fresh] = (
        await until(
          ref,
          ({ instances, health }) =>
            health.status === "stable" && instances.length === 1 && instances[0]?.id !== old?.id,
        )
      ).instances;
      await provider.terminateInstance(end, ref, old?.id ?? "");
      expect((await stable(ref)).instances.map(({ id }) => id)).toEqual([fresh?.id]);
      await destroy(ref);
    });

    it("destroys what is enabled, what is starting and what is gone", async () => {
      const ref = await deploy({ stack: "ended" });
      const end = operation();
      await provider.destroyServerGroup(end, ref);
      expect(await provider.serverGroup(ref)).toBeNull();
      await provider.destroyServerGroup(end, ref);
      await provider.destroyServerGroup(operation(), ref);
      await expect(provider.resizeServerGroup(operation(), ref, capacity(1))).rejects.toMatchObject({
        code: "not_found",
      });
      await expect(provider.enableServerGroup(operation(), ref)).rejects.toMatchObject({ code: "not_found" });
    });

    it("tells of every change after it is stored", async () => {
      const heard: string[] = [];
      const off = provider.onChange(({ ref, application }) => heard.push(`${application}/${ref.name}`));
      const ref = await deploy({ stack: "heard" });
      const group = await stable(ref);
      const subject = `${group.application}/${ref.name}`;
      await expect.poll(() => heard.includes(subject)).toBe(true);
      const before = heard.length;
      await provider.disableServerGroup(operation(), ref);
      await expect.poll(() => heard.length).toBeGreaterThan(before);
      off();
      const after = heard.length;
      await destroy(ref);
      expect(heard.length).toBe(after);
    });

    it("does nothing for an operation that was aborted before", async () => {
      const signal = AbortSignal.abort(new Error("canceled"));
      await expect(
        provider.createServerGroup(operation(randomUUID(), signal), under.cluster({ stack: "aborted" })),
      ).rejects.toThrow("canceled");
      const groups = await provider.serverGroups({});
      expect(groups.filter(({ stack }) => stack === "aborted")).toEqual([]);
    });

    it("starts dark where the cluster asks for no traffic", async () => {
      const ref = await deploy({
        stack: "dark",
        trafficManagement: { enabled: true, options: { enableTraffic: false } },
      });
      const group = await stable(ref);
      expect(group.disabled).toBe(true);
      expect(group.instances.map(({ state }) => state)).toEqual(["outOfService"]);
      await destroy(ref);
    });
  });
}
