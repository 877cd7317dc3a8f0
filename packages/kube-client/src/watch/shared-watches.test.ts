import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configMap, configMapKind, podKind, startFakeCluster, type FakeCluster } from "../testing/fake-cluster.ts";
import { until } from "../testing/until.ts";
import { createSharedWatches, type SharedWatches } from "./shared-watches.ts";

describe("shared watches", () => {
  let cluster: FakeCluster;
  let shared: SharedWatches;
  const open = () => cluster.api.watches.count("configmaps");

  beforeEach(async () => {
    cluster = await startFakeCluster();
    shared = createSharedWatches(cluster.client);
    cluster.api.put(configMap("one"));
  });
  afterEach(async () => {
    await shared.close();
    await cluster.close();
  });

  test("one watch serves many users and ends with the last", async () => {
    const users = [1, 2, 3].map(() => shared.open({ kind: configMapKind }));
    const heard: string[] = [];
    users.forEach((user, at) => user.onChange((change) => heard.push(`${at} ${change.type}`)));
    await Promise.all(users.map((user) => user.synced()));
    await until(() => open() === 1, "one watch");
    expect(heard.toSorted()).toEqual(["0 added", "1 added", "2 added"]);
    expect(shared.active()).toMatchObject([{ users: 3 }]);
    await users[0]?.release();
    await users[0]?.release();
    cluster.api.put(configMap("two"));
    await until(() => heard.length === 5, "the two users left");
    expect(heard.slice(3).toSorted()).toEqual(["1 added", "2 added"]);
    await users[1]?.release();
    await users[2]?.release();
    await until(() => open() === 0, "the end");
    expect(shared.active()).toEqual([]);
  });

  test("different selections and variants have watches of their own", async () => {
    const selections = [
      { kind: configMapKind },
      { kind: configMapKind, namespace: "default" },
      { kind: configMapKind, labelSelector: "a=b" },
      { kind: configMapKind, variant: "slim" },
      { kind: podKind },
    ];
    for (const options of selections) shared.open(options);
    expect(shared.active()).toHaveLength(5);
    await until(() => open() === 4, "four watches of config maps");
  });

  test("a late user sees what is there and the watch lingers for the next one", async () => {
    await shared.close();
    shared = createSharedWatches(cluster.client, { lingerMs: 60_000 });
    const first = shared.open({ kind: configMapKind });
    await first.synced();
    await first.release();
    expect(shared.active()).toMatchObject([{ users: 0 }]);
    const second = shared.open({ kind: configMapKind });
    const seen: string[] = [];
    second.onChange((change) => seen.push(change.object.metadata.name ?? ""), { replay: true });
    expect(seen).toEqual(["one"]);
    expect(cluster.api.requests.filter(({ verb }) => verb === "watch")).toHaveLength(1);
  });
});
