import { GennakerError } from "@gennaker/contract/errors.ts";
import { createTestDatabase, type TestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../../platform/database/api.ts";
import { createDatabase } from "../../../platform/database/create-database.ts";
import { migrate } from "../../../platform/database/migrate.ts";
import {
  failOperation,
  forgetOldOperations,
  loadOperation,
  loadPending,
  queueCreation,
  reserveName,
  storedError,
  takeKey,
  withdrawCreation,
} from "./operation-store.ts";

describe("operation keys", () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase({ migrate: (url) => migrate(url).then(() => undefined), key: "hosts" });
    database = createDatabase({ url: test.url });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  const place = (cluster: string) => ({ account: "local", region: "local", cluster });
  const reserve = (key: string, cluster: string) => database.transaction((tx) => reserveName(tx, key, place(cluster)));
  const target = { account: "local", region: "local", name: "shop-v000" };

  it("each get one name, also when all ask at once", async () => {
    const keys = Array.from({ length: 8 }, (_, index) => `many-${index}`);
    const names = await Promise.all([...keys, ...keys].map((key) => reserve(key, "many")));
    expect(
      names
        .slice(0, 8)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(keys.map((_, index) => `many-v00${index}`));
    for (const [index] of keys.entries()) expect(names[index]?.name).toBe(names[index + 8]?.name);
    expect(names.filter(({ isNew }) => isNew)).toHaveLength(8);
  });

  it("take no number when their transaction fails", async () => {
    const failing = database.transaction(async (tx) => {
      await reserveName(tx, "failing", place("failed"));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await loadOperation(database, "failing")).toBeNull();
    expect(await reserve("next", "failed")).toMatchObject({ name: "failed-v000", isNew: true });
  });

  it("get 000 after 999", async () => {
    await database.query(
      "insert into hosts_cluster (account, region, name, last_sequence) values ('local', 'local', 'old', 998)",
    );
    expect((await reserve("w1", "old")).name).toBe("old-v999");
    expect((await reserve("w2", "old")).name).toBe("old-v000");
  });

  it("stand for one operation only", async () => {
    expect(await database.transaction((tx) => takeKey(tx, "resize-1", "resize", target))).toBe(true);
    expect(await database.transaction((tx) => takeKey(tx, "resize-1", "resize", target))).toBe(false);
    await expect(database.transaction((tx) => takeKey(tx, "resize-1", "destroy", target))).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(reserve("resize-1", "shop")).rejects.toMatchObject({ code: "conflict" });
  });

  it("wait in a queue, fail with the owner's words, and may be asked for again", async () => {
    const cluster = { application: "shop", odd: "nul \u0000 here" };
    await queueCreation(database, "queued", "local", "local", cluster);
    await queueCreation(database, "queued", "local", "local", cluster);
    const [pending] = await loadPending(database, "local");
    expect(JSON.parse(pending?.request ?? "")).toEqual(cluster);
    const error = new GennakerError("invalid_request", "no such file", {
      problems: [{ pointer: "/artifact", reason: "missing" }],
    });
    await failOperation(database, "queued", error);
    expect(storedError((await loadOperation(database, "queued"))?.error ?? null)).toMatchObject({
      code: "invalid_request",
      message: "no such file",
      problems: error.problems,
    });
    expect(await loadPending(database, "local")).toEqual([]);
    await queueCreation(database, "queued", "local", "local", cluster);
    expect((await loadPending(database, "local")).map(({ key }) => key)).toEqual(["queued"]);
    await withdrawCreation(database, "queued");
    expect(await loadOperation(database, "queued")).toBeNull();
  });

  it("are forgotten when they are old, but not while they wait", async () => {
    await database.transaction((tx) => takeKey(tx, "ancient", "resize", target));
    await queueCreation(database, "waiting", "local", "local", {});
    await database.query(
      "update hosts_operation set created_at = now() - interval '99 days', done_at = done_at - interval '99 days' where key in ('ancient', 'waiting')",
    );
    await forgetOldOperations(database, 60);
    expect(await loadOperation(database, "ancient")).toBeNull();
    expect(await loadOperation(database, "waiting")).not.toBeNull();
    expect(await loadOperation(database, "resize-1")).not.toBeNull();
  });
});
