import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KubeError } from "../errors.ts";
import { startFakeCluster, type FakeCluster } from "../testing/fake-cluster.ts";
import { until } from "../testing/until.ts";
import { createLeaderElector, type Leadership, type LeaderElectorOptions } from "./leader-elector.ts";

const quick = { namespace: "default", name: "lock", leaseDurationMs: 2000, renewDeadlineMs: 1500, retryPeriodMs: 60 };

function lossOf(terms: readonly Leadership[]): string {
  const reason = terms[0]?.signal.reason as KubeError | undefined;
  return `${reason?.reason} ${reason?.message}`;
}

describe("leader election", () => {
  let cluster: FakeCluster;
  let running: { stop: AbortController; ended: Promise<void> }[];

  beforeEach(async () => {
    running = [];
    cluster = await startFakeCluster({}, { retries: 0 });
  });
  afterEach(async () => {
    for (const { stop } of running) stop.abort();
    await Promise.allSettled(running.map(({ ended }) => ended));
    await cluster.close();
  });

  function contend(identity: string, options: Partial<LeaderElectorOptions> = {}) {
    const terms: Leadership[] = [];
    const stop = new AbortController();
    const elector = createLeaderElector(cluster.client, { ...quick, identity, ...options });
    const ended = elector.run(async (leadership) => {
      terms.push(leadership);
      await new Promise<void>((resolve) =>
        leadership.signal.addEventListener("abort", () => resolve(), { once: true }),
      );
    }, stop.signal);
    running.push({ stop, ended });
    return { terms, stop, ended, elector };
  }

  const lease = () => cluster.api.list("coordination.k8s.io/v1", "Lease")[0]?.["spec"] as Record<string, unknown>;
  const leadingNow = (...candidates: ReturnType<typeof contend>[]) =>
    candidates.filter(({ terms }) => terms.at(-1)?.isValid() === true).length;

  test("creates the lease with the fields of client-go", async () => {
    const one = contend("one");
    await until(() => one.terms.length === 1, "a leader");
    expect(lease()).toMatchObject({ holderIdentity: "one", leaseDurationSeconds: 2, leaseTransitions: 0 });
    expect(lease()["renewTime"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    const before = lease()["renewTime"];
    await until(() => lease()["renewTime"] !== before, "a renewal");
    expect(one.terms[0]).toMatchObject({ identity: "one", fencingToken: 0 });
    expect(one.elector.leader()).toBe("one");
  });

  test("hands over at once when the leader is asked to stop, and counts the transition", async () => {
    const one = contend("one");
    await until(() => one.terms.length === 1, "the first leader");
    const two = contend("two");
    await until(() => two.elector.leader() === "one", "the candidate's look");
    one.stop.abort();
    await one.ended;
    expect(one.terms[0]?.isValid()).toBe(false);
    await until(() => two.terms.length === 1, "the second leader");
    expect(two.terms[0]?.fencingToken).toBe(1);
  });

  test("keeps the lease until the work has ended", async () => {
    const stop = new AbortController();
    const finish = Promise.withResolvers<void>();
    let term: Leadership | null = null;
    const ended = createLeaderElector(cluster.client, { ...quick, identity: "slow" }).run(async (leadership) => {
      term = leadership;
      await finish.promise;
    }, stop.signal);
    running.push({ stop, ended });
    await until(() => term !== null, "a term");
    stop.abort();
    const renewed = lease()["renewTime"];
    await until(() => lease()["renewTime"] !== renewed, "a renewal while the work winds down");
    expect(lease()["holderIdentity"]).toBe("slow");
    finish.resolve();
    await ended;
    expect(lease()).toMatchObject({ leaseDurationSeconds: 1, leaseTransitions: 0 });
    expect(lease()).not.toHaveProperty("holderIdentity");
  });

  test("waits a full lease after a dead leader, whatever its times say", async () => {
    cluster.api.put({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "lock" },
      spec: {
        holderIdentity: "dead",
        leaseDurationSeconds: 1,
        renewTime: "2001-01-01T00:00:00.000000Z",
        leaseTransitions: 6,
      },
    });
    const began = performance.now();
    const one = contend("one");
    await until(() => one.terms.length === 1, "the take-over");
    expect(performance.now() - began).toBeGreaterThanOrEqual(1000);
    expect(one.terms[0]?.fencingToken).toBe(7);
  });

  test("an API that does not answer ends the term before anybody else may begin one", async () => {
    const one = contend("one");
    await until(() => one.terms.length === 1, "the first leader");
    const blackout = cluster.api.faults.add({ delayMs: 60_000, when: ({ resource }) => resource.startsWith("leases") });
    await until(() => one.terms[0]?.signal.aborted === true, "the loss");
    expect(lossOf(one.terms)).toContain("LeadershipLost");
    expect(one.terms[0]?.isValid()).toBe(false);
    blackout();
    await until(() => one.terms.length === 2, "the next term");
  });

  test("a lease that somebody else took ends the term", async () => {
    const one = contend("one");
    await until(() => one.terms.length === 1, "the first leader");
    const [stored] = cluster.api.list("coordination.k8s.io/v1", "Lease");
    cluster.api.put({
      ...stored,
      spec: { ...lease(), holderIdentity: "thief", leaseDurationSeconds: 60, leaseTransitions: 9 },
    });
    await until(() => one.terms[0]?.signal.aborted === true, "the loss");
    expect(lossOf(one.terms)).toContain("thief holds the lease now");
    expect(lease()["holderIdentity"]).toBe("thief");
  });

  test("an event loop that stands still is a loss", async () => {
    const one = contend("one", { stallMs: 200 });
    await until(() => one.terms.length === 1, "the first leader");
    const end = performance.now() + 400;
    while (performance.now() < end);
    await until(() => one.terms[0]?.signal.aborted === true, "the loss");
    expect(lossOf(one.terms)).toContain("stood still");
  });

  test("never two leaders while requests fail at random", async () => {
    const candidates = ["a", "b", "c"].map((identity) => contend(identity));
    let most = 0;
    let seed = 7;
    const bad = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    cluster.api.faults.add({ drop: "after", when: ({ resource }) => resource.startsWith("leases") && bad() < 0.2 });
    cluster.api.faults.add({ status: 500, when: ({ resource }) => resource.startsWith("leases") && bad() < 0.2 });
    const watch = setInterval(() => (most = Math.max(most, leadingNow(...candidates))), 2);
    for (let round = 0; round < 3; round += 1) {
      await until(() => leadingNow(...candidates) === 1, "a leader");
      const leader = candidates.find(({ terms }) => terms.at(-1)?.isValid() === true);
      leader?.stop.abort();
      await leader?.ended;
      candidates.splice(candidates.indexOf(leader ?? candidates[0]!), 1, contend(`next-${round}`));
    }
    clearInterval(watch);
    expect(most).toBe(1);
  });

  test("a lease that was deleted goes on counting", async () => {
    const one = contend("one");
    await until(() => one.terms.length === 1, "the first leader");
    one.stop.abort();
    await one.ended;
    const two = contend("two");
    await until(() => two.terms.length === 1, "the second leader");
    cluster.api.remove("coordination.k8s.io/v1", "Lease", "lock", "default");
    await until(() => lease() !== undefined, "the lease made anew");
    expect(lease()).toMatchObject({ holderIdentity: "two", leaseTransitions: 1 });
  });

  test("ends by itself when the work is done, and tells errors of the work", async () => {
    const never = new AbortController();
    const once = createLeaderElector(cluster.client, { ...quick, identity: "once" });
    await once.run(async () => {}, never.signal);
    expect(lease()).not.toHaveProperty("holderIdentity");
    const failing = once.run(() => Promise.reject(new Error("work failed")), never.signal);
    await expect(failing).rejects.toThrow("work failed");
    expect(lease()).not.toHaveProperty("holderIdentity");
  });

  test.each([
    [{ identity: "" }, /identity that is not empty/],
    [{ leaseDurationMs: 10_000, renewDeadlineMs: 10_000 }, /longer than the renew deadline/],
    [{ renewDeadlineMs: 2_400, retryPeriodMs: 2_000 }, /1.2 retry periods/],
  ])("refuses %o", (options, message) => {
    const all = { namespace: "default", name: "lock", identity: "x", ...options };
    expect(() => createLeaderElector(cluster.client, all)).toThrow(message);
  });
});
