import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConnection, type Connection } from "./accounts/connection.ts";
import { contendForCluster, type ClusterLeadership } from "./accounts/leadership.ts";
import { skipped } from "./testing/scene.ts";

const times = { leaseDurationMs: 3_000, renewDeadlineMs: 2_000, retryPeriodMs: 250, patienceMs: 1_000 };

describe.skipIf(skipped !== "")(`who may change a real cluster ${skipped}`, () => {
  const connections: Connection[] = [];
  const held: ClusterLeadership[] = [];
  let name = "";
  beforeAll(() => {
    name = `gennaker-${randomUUID().slice(0, 8)}`;
  });
  afterAll(async () => {
    await Promise.all(held.map((each) => each.stop()));
    const client = await connections[0]?.client();
    await client?.delete({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", name, namespace: "default" });
    await Promise.all(connections.map((each) => each.close()));
  });

  async function contend(installation: string, replica: string): Promise<ClusterLeadership> {
    const kubeconfigFile = process.env["GENNAKER_TEST_KUBECONFIG"];
    const connection = createConnection(kubeconfigFile === undefined ? {} : { kubeconfigFile }, {});
    connections.push(connection);
    const mine = contendForCluster(
      await connection.client(),
      { namespace: "default", name },
      { installation, replica, times },
    );
    held.push(mine);
    return mine;
  }

  it("is one Gennaker with all its replicas, until it leaves", async () => {
    const first = await contend("one", "a");
    await first.mayAct();
    await expect.poll(() => first.leads()).toBe(true);
    const replica = await contend("one", "b");
    await replica.mayAct();
    expect(replica.leads()).toBe(false);
    expect(replica.fencingToken()).toBeNull();
    const other = await contend("two", "a");
    await expect(other.mayAct()).rejects.toMatchObject({ code: "conflict" });
    await expect(other.mayAct()).rejects.toThrow("gennaker-one_a");
    const token = first.fencingToken();

    await Promise.all([first.stop(), replica.stop()]);
    expect(first.leads()).toBe(false);
    await other.mayAct();
    await expect.poll(() => other.leads(), { timeout: 10_000 }).toBe(true);
    expect(other.fencingToken()).toBeGreaterThan(token ?? Number.NaN);
    await expect(first.mayAct()).rejects.toMatchObject({ code: "conflict" });
  });
});
