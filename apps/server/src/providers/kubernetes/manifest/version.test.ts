import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { artifactFor, versionNumber, versionText } from "./artifact.ts";
import { strategyOf } from "./strategy.ts";
import { configMap, deployed, workload } from "./testing/builders.ts";
import { chooseVersion, isVersioned, latestVersion } from "./version.ts";

test("versions have three digits and more when they need them", () => {
  expect([0, 7, 42, 999, 1000].map(versionText)).toEqual(["v000", "v007", "v042", "v999", "v1000"]);
  expect(["v000", "v1000", "v7", "000", "v", "v-1", "vx", null].map(versionNumber)).toEqual([
    0,
    1000,
    7,
    null,
    null,
    null,
    null,
    null,
  ]);
});

test("the first version is v000", () => {
  expect(chooseVersion(configMap("settings"), [])).toEqual({ version: 0, reused: false });
});

test("a changed manifest gets the highest number and one, whatever is missing in between", () => {
  const objects = [deployed(configMap("settings", { a: "0" }), 7), deployed(configMap("settings", { a: "2" }), 3)];
  expect(chooseVersion(configMap("settings"), objects)).toEqual({ version: 8, reused: false });
});

test("an identical one is used again: the oldest, and labels and annotations do not count", () => {
  const same = configMap("settings");
  const objects = [
    deployed(same, 4, { createdAt: "2026-01-02T00:00:00Z" }),
    deployed(same, 6, { createdAt: "2026-01-01T00:00:00Z" }),
    deployed(configMap("settings", { a: "x" }), 9),
  ];
  expect(chooseVersion(configMap("settings", { a: "1" }, { note: "new" }), objects)).toEqual({
    version: 6,
    reused: true,
  });
});

test("order of keys does not make a difference, null and absent do", () => {
  const objects = [deployed(configMap("settings", { a: "1", b: "2" }), 0)];
  expect(chooseVersion(configMap("settings", { b: "2", a: "1" }), objects).reused).toBe(true);
  expect(chooseVersion(configMap("settings", { b: "2", a: "1", c: null }), objects).reused).toBe(false);
});

test("only what is deployed under the same name counts", () => {
  expect(chooseVersion(configMap("settings"), [deployed(configMap("other"), 5), configMap("settings-v012")])).toEqual({
    version: 0,
    reused: false,
  });
});

test("a replicaSet's template carries what was written into it, so it is not used again", () => {
  const replicaSet = workload("ReplicaSet", "web");
  expect(chooseVersion(replicaSet, [deployed(replicaSet, 0)])).toEqual({ version: 1, reused: false });
});

test("without a last-applied configuration, or with an unreadable one, nothing is used again", () => {
  const [none, broken] = [deployed(configMap("settings"), 0), deployed(configMap("settings"), 1)];
  const annotations = (object: typeof none) =>
    (object["metadata"] as { annotations: Record<string, string> }).annotations;
  delete annotations(none)["kubectl.kubernetes.io/last-applied-configuration"];
  annotations(broken)["kubectl.kubernetes.io/last-applied-configuration"] = "{";
  expect(chooseVersion(configMap("settings"), [none, broken])).toEqual({ version: 2, reused: false });
});

test("the annotation decides before the stage, the stage before the kind", () => {
  const versioned = (annotation: string | null, stage: boolean | null, kind = "ConfigMap") => {
    const manifest = {
      ...configMap("a", {}, annotation === null ? {} : { "strategy.spinnaker.io/versioned": annotation }),
      kind,
    };
    return isVersioned(manifest, strategyOf(manifest), stage);
  };
  expect([versioned(null, null), versioned(null, null, "Service")]).toEqual([true, false]);
  expect([versioned(null, false), versioned(null, true, "Service")]).toEqual([false, true]);
  expect([versioned("false", true), versioned("TRUE", false), versioned("yes", true)]).toEqual([false, true, false]);
});

test("the artifact of a version", () => {
  expect(artifactFor(configMap("settings"), "prod", 3)).toEqual({
    customKind: false,
    type: "kubernetes/configMap",
    name: "settings",
    location: "shop",
    version: "v003",
    reference: "settings-v003",
    metadata: { account: "prod" },
  });
  expect(artifactFor(workload("Deployment", "web"), "prod", null)).toMatchObject({ version: "", reference: "web" });
});

test("a sequence of deploys makes a version for each change and uses each one again", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 }), (contents) => {
      const objects: ReturnType<typeof configMap>[] = [];
      const given = new Map<number, number>();
      for (const [index, content] of contents.entries()) {
        const manifest = configMap("settings", { content: String(content) });
        const { version, reused } = chooseVersion(manifest, objects);
        expect(reused).toBe(given.has(content));
        expect(version).toBe(given.get(content) ?? given.size);
        if (!reused) objects.push(deployed(manifest, version, { createdAt: `2026-01-01T00:00:${10 + index}Z` }));
        given.set(content, version);
      }
      expect(latestVersion("settings", objects)).toBe(given.size === 0 ? null : given.size - 1);
    }),
    { numRuns: 60 },
  );
});

test("what is too long to carry its last-applied configuration is used again by its contents", () => {
  const long = (letter: string): string => letter.repeat(300_000);
  const bare = (manifest: JsonObject, version: number): JsonObject => {
    const copy = structuredClone(deployed(manifest, version));
    delete (copy["metadata"] as { annotations: JsonObject }).annotations[
      "kubectl.kubernetes.io/last-applied-configuration"
    ];
    return copy;
  };
  const [one, two] = [configMap("a", { text: long("1") }), configMap("a", { text: long("2") })];
  expect(chooseVersion(two, [bare(one, 0), bare(two, 1)])).toEqual({ version: 1, reused: true });
  expect(chooseVersion(configMap("a", { text: long("3") }), [bare(one, 0), bare(two, 1)])).toEqual({
    version: 2,
    reused: false,
  });
  const secret = (more: JsonObject): JsonObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "a", namespace: "shop" },
    ...more,
  });
  const live = bare(secret({ type: "Opaque", data: { a: Buffer.from(long("x")).toString("base64") } }), 3);
  expect(chooseVersion(secret({ stringData: { a: long("x") } }), [live])).toEqual({ version: 3, reused: true });
  expect(chooseVersion(secret({ stringData: { a: long("y") } }), [live])).toEqual({ version: 4, reused: false });
  const set = workload("ReplicaSet", "web");
  expect(chooseVersion(set, [bare(set, 0)])).toEqual({ version: 1, reused: false });
});
