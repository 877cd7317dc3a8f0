import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConnection, type Connection } from "./accounts/connection.ts";
import { contendForCluster, type ClusterLeadership } from "./accounts/leadership.ts";
import { deployment, openScene, skipped, type Scene } from "./testing/scene.ts";

const times = { leaseDurationMs: 3_000, renewDeadlineMs: 2_000, retryPeriodMs: 250, patienceMs: 5_000 };

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
    for (const each of [name, `${name}-replicas`]) {
      const kind = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };
      await client?.delete({ ...kind, name: each, namespace: "default" });
    }
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

  it("lets every replica change the cluster, of which one tells what changed", async () => {
    const lease = { namespace: "default", name: `${name}-replicas` };
    // Which replica leads is agreed in the database, apart from who holds the Lease.
    const leader = await openScene({ lease }, { replica: "a", leads: () => true });
    const { namespace } = leader;
    let other: Scene | undefined;
    try {
      other = await openScene({ lease }, { replica: "b", namespace, leads: () => false });
      const never = new AbortController().signal;
      for (const [at, { port }] of [leader, other].entries()) {
        await port.apply("test", deployment(namespace, `web-${at}`, { replicas: 1 }));
        const ref = { kind: "deployment", name: `web-${at}`, namespace };
        expect(await port.waitStable("test", ref, never)).toMatchObject({ state: "stable" });
      }
      const told = ({ events }: Scene) =>
        events.filter(({ type, data }) => {
          const health = (data as { health?: { status: string } }).health;
          return type === "serverGroup.changed" && health?.status === "stable";
        }).length;
      await expect.poll(() => told(leader), { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
      expect(other.events).toEqual([]);
      const shown = await other.provider.serverGroups({ application: namespace });
      expect(shown.map(({ cluster }) => cluster).sort()).toEqual(["deployment web-0", "deployment web-1"]);
    } finally {
      await other?.provider.stop();
      await leader.close();
    }
  });
});
