import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configMap, configMapKind, startFakeCluster, type FakeCluster } from "../testing/fake-cluster.ts";

describe("calls in trouble", () => {
  let cluster: FakeCluster;
  const samples: string[] = [];
  const ref = { ...configMapKind, name: "one" };
  const on = (verb: string) => (facts: { verb: string; resource: string }) =>
    facts.verb === verb && facts.resource === "configmaps";
  const asked = (verb: string) => cluster.api.requests.filter(on(verb)).length;

  beforeEach(async () => {
    samples.length = 0;
    cluster = await startFakeCluster(
      {},
      { metrics: { request: ({ verb, resource, code }) => samples.push(`${verb} ${resource} ${code}`) } },
    );
    cluster.api.put(configMap("one"));
  });
  afterEach(() => cluster.close());

  test.each([
    { status: 500 },
    { status: 503 },
    { status: 429 },
    { drop: "before" as const },
    { drop: "after" as const },
  ])("a read is repeated after %o", async (fault) => {
    cluster.api.faults.add({ ...fault, times: 2, when: on("get") });
    expect((await cluster.client.get(ref)).metadata.name).toBe("one");
    expect(asked("get")).toBe(3);
  });

  test.each([{ status: 500 }, { drop: "before" as const }, { drop: "after" as const }])(
    "a change is not repeated after %o, since it may have been made",
    async (fault) => {
      cluster.api.faults.add({ ...fault, times: 1, when: on("create") });
      await expect(cluster.client.create(configMap("two"))).rejects.toMatchObject({ retryable: true });
      expect(asked("create")).toBe(1);
    },
  );

  test.each([{ status: 429 }, { status: 503, retryAfterSeconds: 0 }])(
    "a change is repeated after %o, which did nothing",
    async (fault) => {
      cluster.api.faults.add({ ...fault, times: 1, when: on("create") });
      expect((await cluster.client.create(configMap("two"))).metadata.name).toBe("two");
      expect(asked("create")).toBe(2);
    },
  );

  test("does not wait longer than the caller has time", async () => {
    cluster.api.faults.add({ status: 429, retryAfterSeconds: 3600, when: on("get") });
    await expect(cluster.client.get(ref)).rejects.toMatchObject({ code: 429, retryAfterMs: 3_600_000 });
    expect(asked("get")).toBe(1);
    cluster.api.faults.clear();
    cluster.api.faults.add({ delayMs: 60_000, when: on("get") });
    const late = cluster.client.get(ref, { timeoutMs: 60 });
    await expect(late).rejects.toMatchObject({ code: 0, reason: "Timeout" });
  });

  test("the time limit covers a body that drips", async () => {
    await cluster.client.get(ref);
    cluster.api.faults.add({ slowBody: { bytes: 1, everyMs: 30 }, when: on("get") });
    await expect(cluster.client.get(ref, { timeoutMs: 100 })).rejects.toMatchObject({ reason: "Timeout" });
  });

  test("a body that is cut is never taken for an answer", async () => {
    cluster.api.faults.add({ cutAfterBytes: 20, when: on("get") });
    await expect(cluster.client.get(ref)).rejects.toMatchObject({ code: 0, reason: "Unreachable" });
    cluster.api.faults.add({ cutAfterBytes: 20, when: on("list") });
    await expect(cluster.client.list(configMapKind)).rejects.toMatchObject({ code: 0 });
  });

  test("a proxy's page becomes a short sentence", async () => {
    cluster.api.faults.add({ status: 400, rawBody: "<html><b>Bad</b>\n gateway</html>", when: on("get") });
    await expect(cluster.client.get(ref)).rejects.toThrow("the server answered 400: Bad gateway");
  });

  test("the caller's own reason ends a call", async () => {
    const stop = new AbortController();
    cluster.api.faults.add({ delayMs: 60_000, when: on("get") });
    const pending = cluster.client.get(ref, { signal: stop.signal });
    stop.abort(new Error("not needed any more"));
    await expect(pending).rejects.toThrow("not needed any more");
  });

  test("a server that is gone is named", async () => {
    await cluster.client.version();
    await cluster.api.close();
    const gone = cluster.client.version({ timeoutMs: 300 });
    await expect(gone).rejects.toThrow(/127.0.0.1:\d+ cannot be reached.*Check that the API server runs/);
  });

  test("tells what it did", async () => {
    cluster.api.faults.add({ status: 500, times: 1, when: on("get") });
    await cluster.client.get(ref);
    expect(samples.slice(-2)).toEqual(["get configmaps 500", "get configmaps 200"]);
  });

  test("a refused eviction is an answer", async () => {
    cluster.api.put({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" } });
    cluster.api.rules.refuseEviction = () => true;
    const at = { namespace: "default", name: "p" };
    const refused = cluster.client.evict(at);
    await expect(refused).rejects.toMatchObject({ code: 429, causes: [{ reason: "DisruptionBudget" }] });
    expect(cluster.api.requests.filter(({ path }) => path.endsWith("/eviction"))).toHaveLength(1);
    cluster.api.rules.refuseEviction = () => false;
    await cluster.client.evict(at);
    expect(cluster.api.list("v1", "Pod")).toEqual([]);
  });
});
