import { randomUUID } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../../platform/database/api.ts";
import { createDatabase } from "../../../platform/database/create-database.ts";
import { migrate } from "../../../platform/database/migrate.ts";
import { createOperationStore, type OperationStore } from "./operation-store.ts";

describe("operation keys on Kubernetes", () => {
  let test: TestDatabase;
  let database: Database;
  let store: OperationStore;
  beforeAll(async () => {
    test = await createTestDatabase({ migrate: (url) => migrate(url).then(() => undefined), key: "kubernetes" });
    database = createDatabase({ url: test.url });
    store = createOperationStore(database);
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  const ref = { account: "prod", region: "shop", name: "replicaSet web-v000" };
  const place = (cluster: string) => ({ account: "prod", region: "shop", cluster });
  const make = (cluster: string) => (sequence: number) => ({
    name: `replicaSet ${cluster}-v00${sequence}`,
    manifest: { sequence, odd: "\u0000" },
  });

  it("are done once; until then a process that comes back does it again", async () => {
    const key = randomUUID();
    expect([await store.begin(key, "resize", ref), await store.begin(key, "resize", ref)]).toEqual([true, true]);
    await store.done(key);
    expect(await store.begin(key, "resize", ref)).toBe(false);
    expect(await createOperationStore(database).begin(key, "resize", ref)).toBe(false);
    expect(await store.begin(randomUUID(), "resize", ref)).toBe(true);
  });

  it("of another operation are a conflict", async () => {
    const key = randomUUID();
    await store.begin(key, "enable", ref);
    await expect(store.begin(key, "disable", ref)).rejects.toMatchObject({ code: "conflict" });
    await expect(store.begin(key, "enable", { ...ref, name: "replicaSet b" })).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(store.reserve(key, place("web"), null, make("web"))).rejects.toMatchObject({ code: "conflict" });
  });

  it("give a creation the same name and manifest until it is done, and the name after that", async () => {
    const key = randomUUID();
    const first = await store.reserve(key, place("same"), 4, make("same"));
    expect(first).toEqual({ name: "replicaSet same-v005", manifest: { sequence: 5, odd: "\u0000" } });
    expect(await store.reserve(key, place("same"), 9, make("same"))).toEqual(first);
    await store.done(key);
    expect(await store.reserve(key, place("same"), 9, make("same"))).toEqual({ name: first.name, manifest: null });
  });

  it("give numbers one after another, also to twenty at once that saw the same cluster", async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () => store.reserve(randomUUID(), place("many"), 1, make("many"))),
    );
    const numbers = made.map(({ manifest }) => Number(manifest?.["sequence"])).toSorted((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_each, index) => index + 2));
    expect((await store.reserve(randomUUID(), place("other"), null, make("other"))).manifest).toMatchObject({
      sequence: 0,
    });
  });

  it("are forgotten after a while", async () => {
    const [old, young] = [randomUUID(), randomUUID()];
    await store.begin(old, "resize", ref);
    await database.query("update kubernetes_operation set created_at = now() - interval '61 days' where key = $1", [
      old,
    ]);
    await store.begin(young, "resize", ref);
    await store.done(young);
    const rows = await database.query("select key from kubernetes_operation where key = any($1)", [[old, young]]);
    expect(rows).toEqual([{ key: young }]);
  });
});
