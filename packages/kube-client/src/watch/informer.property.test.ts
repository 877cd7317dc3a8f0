import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeStatus } from "@gennaker/testkit/fakes/kube-api/status.ts";
import type { FakeKubeApi } from "@gennaker/testkit/fakes/kube-api/start.ts";
import { configMap, configMapKind, startFakeCluster } from "../testing/fake-cluster.ts";
import { until } from "../testing/until.ts";
import { createInformer } from "./informer.ts";

type Step = (api: FakeKubeApi) => void;

/** Changes of the state, by four names so that objects meet their predecessors. */
const changes: fc.Arbitrary<Step> = fc
  .tuple(fc.nat(3), fc.nat(9), fc.constantFrom("put", "remove", "remake"))
  .map(([at, value, what]) => (api) => {
    const name = `object-${at}`;
    const exists = api.list("v1", "ConfigMap").some((object) => object.metadata.name === name);
    if (exists && what !== "put") api.remove("v1", "ConfigMap", name, "default");
    if (what !== "remove") api.put(configMap(name, { value: String(value) }, { half: value < 5 ? "low" : "high" }));
  });

const onReads = ({ verb }: { verb: string }) => verb === "watch" || verb === "list" || verb === "discovery";

const faults: fc.Arbitrary<Step> = fc.constantFrom<Step>(
  (api) => api.watches.dropAll(),
  (api) => api.watches.stallAll(),
  (api) => api.watches.endAll(),
  (api) => api.watches.errorAll(new FakeStatus(410, "Expired", "too old resource version")),
  (api) => api.watches.errorAll(new FakeStatus(500, "InternalError", "leader changed")),
  (api) => api.watches.writeAll("{not json"),
  (api) => api.breakConnections(),
  (api) => api.compact(),
  (api) => api.expirePages(),
  (api) => void api.faults.add({ status: 500, times: 2, when: onReads }),
  (api) => void api.faults.add({ status: 429, times: 2, when: onReads }),
  (api) => void api.faults.add({ drop: "before", times: 2, when: onReads }),
  (api) => void api.faults.add({ cutAfterBytes: 90, times: 1, when: onReads }),
  (api) => void api.faults.add({ status: 502, rawBody: "<html>bad gateway</html>", times: 1, when: onReads }),
);

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: changes },
    { weight: 2, arbitrary: faults },
    { weight: 2, arbitrary: fc.constant(null) },
  ),
  { minLength: 1, maxLength: 40 },
);

test.each([
  { watchList: true, labelSelector: undefined },
  { watchList: false, labelSelector: undefined },
  { watchList: true, labelSelector: "half=low" },
])("whatever happens, store and told changes come to the server's state ($watchList, $labelSelector)", async (mode) => {
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const { api, client, close } = await startFakeCluster(
        { windowSize: 8, bookmarkEveryMs: 10, watchList: mode.watchList },
        { retries: 0 },
      );
      const informer = createInformer(client, {
        kind: configMapKind,
        labelSelector: mode.labelSelector,
        pageSize: 2,
        silenceMs: 60,
        backoff: { firstMs: 1, maxMs: 5 },
      });
      const told = new Map<string, string>();
      const wrong: string[] = [];
      informer.onChange(({ type, object }) => {
        const { name = "", uid = "", resourceVersion = "" } = object.metadata;
        if ((type === "added") === told.has(name)) wrong.push(`${type} ${name} out of turn`);
        if (type === "deleted") told.delete(name);
        else told.set(name, `${uid} ${resourceVersion}`);
      });
      try {
        for (const step of script) {
          if (step === null) await new Promise((resolve) => setTimeout(resolve, 4));
          else step(api);
        }
        api.faults.clear();
        const expected = () =>
          api
            .list("v1", "ConfigMap")
            .filter((object) => mode.labelSelector === undefined || object.metadata.labels?.["half"] === "low")
            .map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`)
            .toSorted();
        const same = () =>
          JSON.stringify([...told].map(([name, what]) => `${name} ${what}`).toSorted()) === JSON.stringify(expected());
        await until(() => informer.status().phase === "synced" && same(), "told changes equal the server's state");
        const held = informer
          .list()
          .map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`);
        expect(held.toSorted()).toEqual(expected());
        expect(wrong).toEqual([]);
      } finally {
        await informer.stop();
        await close();
      }
    }),
    { numRuns: 25 },
  );
});
