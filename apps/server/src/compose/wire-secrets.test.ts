import { expect, test } from "vitest";
import type { ClusterPort } from "../providers/kubernetes/cluster-port.ts";
import { createFakeCluster } from "../providers/kubernetes/stages/testing/fake-cluster.ts";
import { secretReader } from "./wire-secrets.ts";

const reader = (cluster: ClusterPort | null) => secretReader({ get: () => cluster });

test("a Secret's data are read from the account's cluster", async () => {
  const { port, put } = createFakeCluster();
  put({ apiVersion: "v1", kind: "Secret", metadata: { name: "keys", namespace: "shop" }, data: { a: "eA==" } });
  put({ apiVersion: "v1", kind: "Secret", metadata: { name: "empty", namespace: "shop" } });
  expect(await reader(port)("prod", "shop", "keys")).toEqual({ a: "eA==" });
  expect(await reader(port)("prod", "shop", "empty")).toEqual({});
  expect(await reader(port)("prod", "shop", "none")).toBeNull();
});

test.each([
  [createFakeCluster().port, "Configured are: prod."],
  [null, "Configured are: none."],
])("an account that is not there is told", async (cluster, words) => {
  await expect(reader(cluster)("nope", "shop", "keys")).rejects.toMatchObject({
    fault: "source",
    message: expect.stringContaining(words),
  });
});
