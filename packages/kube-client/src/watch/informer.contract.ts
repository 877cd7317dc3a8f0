import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KubeClient } from "../client.ts";
import { createLeaderElector, type Leadership } from "../lease/leader-elector.ts";
import type { KubeObject } from "../objects.ts";
import { until } from "../testing/until.ts";
import { createInformer } from "./informer.ts";
import { byLabel } from "./object-store.ts";

const kind = { apiVersion: "v1", kind: "ConfigMap" };

/** Informers and leader election on any API server. */
export function describeCluster(
  name: string,
  connect: () => Promise<{ client: KubeClient; close(): Promise<void> }>,
): void {
  describe(`informers and leases on ${name}`, () => {
    let client: KubeClient;
    let close: () => Promise<void>;
    const namespace = `informers-${Date.now().toString(36)}`;
    const map = (mapName: string, tier: string): KubeObject => ({
      ...kind,
      metadata: { name: mapName, namespace, labels: { tier } },
    });

    beforeAll(async () => {
      ({ client, close } = await connect());
      await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    });
    afterAll(async () => {
      await client.delete({ apiVersion: "v1", kind: "Namespace", name: namespace });
      await close();
    });

    test.each(["auto", "list"] as const)("an informer holds what the server has (%s)", async (initial) => {
      for (let at = 0; at < 5; at += 1) await client.apply(map(`${initial}-${at}`, "front"));
      const informer = createInformer(client, {
        kind,
        namespace,
        labelSelector: "tier",
        initial,
        pageSize: 2,
        indexes: { tier: byLabel("tier") },
      });
      await informer.synced();
      await client.apply(map(`${initial}-new`, "back"));
      await client.delete({ ...kind, name: `${initial}-0`, namespace });
      await until(() => informer.byIndex("tier", "back").length === 1 && informer.list().length === 5, "both changes");
      const { items } = await client.list(kind, { namespace, labelSelector: "tier" });
      const versions = (objects: KubeObject[]) =>
        objects.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).toSorted();
      expect(versions(informer.list())).toEqual(versions(items));
      expect(informer.status()).toMatchObject({ phase: "synced", relists: 1, error: null });
      await informer.stop();
      await client.deleteAll(kind, { namespace, labelSelector: "tier" });
    });

    test("two candidates: one leads, the other follows with a higher token", async () => {
      const terms: Leadership[] = [];
      const lead = async (leadership: Leadership) => {
        terms.push(leadership);
        await new Promise((resolve) => leadership.signal.addEventListener("abort", resolve, { once: true }));
      };
      const candidates = ["one", "two"].map((identity) => {
        const stop = new AbortController();
        const options = {
          namespace,
          name: "lock",
          identity,
          leaseDurationMs: 4_000,
          renewDeadlineMs: 3_000,
          retryPeriodMs: 200,
        };
        return { stop, identity, ended: createLeaderElector(client, options).run(lead, stop.signal) };
      });
      await until(() => terms.length === 1, "the first leader");
      const first = candidates.find(({ identity }) => identity === terms[0]?.identity);
      first?.stop.abort();
      await first?.ended;
      await until(() => terms.length === 2, "the second leader");
      expect(terms[1]?.identity).not.toBe(terms[0]?.identity);
      expect(terms[1]?.fencingToken).toBe((terms[0]?.fencingToken ?? 0) + 1);
      for (const { stop, ended } of candidates) {
        stop.abort();
        await ended;
      }
    });
  });
}
