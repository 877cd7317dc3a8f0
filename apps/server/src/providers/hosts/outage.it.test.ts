import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../platform/database/api.ts";
import { ask, createHarness, type Harness, operation } from "./fixtures/harness.ts";

/** A database that can be switched off. */
function switchable(real: () => Database): { database: Database; away: { now: boolean } } {
  const away = { now: false };
  const check = (): void => {
    if (away.now) throw new Error("connection refused");
  };
  return {
    away,
    database: {
      async query(text, values) {
        check();
        return real().query(text, values);
      },
      async transaction(work) {
        check();
        return real().transaction(async (tx) => {
          const result = await work(tx);
          // Switched off in the middle, nothing of it is kept.
          check();
          return result;
        });
      },
      afterCommit: (hook) => hook(),
      listen: (channel, heard) => real().listen(channel, heard),
      notify: (channel, payload) => real().notify(channel, payload),
      close: () => real().close(),
    },
  };
}

describe("a database that goes away and comes back", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(() => harness.dispose());

  it("stops no process, and what happened meanwhile is made good", async () => {
    const { database, away } = switchable(() => harness.database);
    const provider = harness.again({ database });
    await provider.start();
    const ref = await provider.createServerGroup(
      operation(),
      harness.cluster({ capacity: { min: 2, max: 2, desired: 2 } }),
    );
    const before = await harness.until(ref, ({ health }) => health.status === "stable");
    away.now = true;
    await expect(provider.createServerGroup(operation(), harness.cluster())).rejects.toThrow("connection refused");
    await ask(before, "/exit");
    await expect.poll(() => harness.messages.some((message) => message.includes("trying again"))).toBe(true);
    expect(await (await ask(before, "/", 1)).text()).toBe("hello\n");
    away.now = false;
    const after = await harness.until(
      ref,
      ({ health, instances }) => health.status === "stable" && instances.some(({ restarts }) => restarts === 1),
    );
    expect(after.instances.map(({ id }) => id)).toEqual(before.instances.map(({ id }) => id));
    expect(after.instances[1]?.restarts).toBe(0);
    expect((await provider.serverGroups({})).map(({ name }) => name)).toEqual([ref.name]);
    await provider.destroyServerGroup(operation(), ref);
    expect(harness.processes()).toEqual([]);
  });
});
