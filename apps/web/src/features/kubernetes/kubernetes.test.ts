import { podsBelow } from "@gennaker/client/kubernetes/pods-below.ts";
import { node, shopNodes } from "@gennaker/client/kubernetes/testing/nodes.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { diffLines, partsOf } from "./line-diff.ts";
import { asFile, createLineReader, matching } from "./log-lines.ts";
import { forComparing, forReading, kindName, otherVersions } from "./manifest.ts";
import { actionsFor, jobFor } from "./operations.ts";
import { toYaml } from "./yaml.ts";

describe("YAML", () => {
  test("is what kubectl writes", () => {
    const manifest = {
      kind: "ConfigMap",
      metadata: { name: "a", labels: {}, list: [] },
      data: { script: "#!/bin/sh\necho hi\n", port: "8080", yes: "yes", empty: "", url: "http://x/y#z" },
      spec: { ports: [{ port: 80, name: "http" }, { port: 81 }], nested: [["a"], []], on: true, none: null },
    };
    expect(toYaml(manifest)).toBe(
      `kind: ConfigMap
metadata:
  name: a
  labels: {}
  list: []
data:
  script: |
    #!/bin/sh
    echo hi
  port: "8080"
  "yes": "yes"
  empty: ""
  url: "http://x/y#z"
spec:
  ports:
  - port: 80
    name: http
  - port: 81
  nested:
  - - a
  - []
  "on": true
  none: null
`,
    );
  });

  test("reads back as the same JSON, whatever it holds", () => {
    const odd = fc.oneof(
      fc.string(),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(
        "a\nb",
        "a\n",
        "a\n\n",
        "\na",
        " a\nb",
        "no",
        "1e3",
        "0x1f",
        "2026-01-01",
        "- a",
        "a: b",
        "a:b",
        "null",
        "1_000",
        "12:30",
        "%a",
        "@a",
        "!a",
        "&a",
        "*a",
      ),
    );
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        odd,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie("list"),
        tie("map"),
      ),
      list: fc.array(tie("value"), { maxLength: 4 }),
      map: fc.dictionary(odd, tie("value"), { maxKeys: 4 }),
    })).map;
    fc.assert(
      fc.property(value, (given) => {
        const plain = JSON.parse(JSON.stringify(given)) as unknown;
        for (const version of ["1.1", "1.2"] as const)
          expect(parse(toYaml(plain), { version, merge: false, maxAliasCount: 0, uniqueKeys: false })).toEqual(plain);
      }),
      { numRuns: 300 },
    );
  });
});

describe("differences", () => {
  test("are the fewest lines, in their place", () => {
    const lines = diffLines("a\nb\nc\nd\n", "a\nc\nx\nd\ne\n");
    expect(lines.map(({ kind, text }) => `${{ same: " ", added: "+", removed: "-" }[kind]}${text}`)).toEqual([
      " a",
      "-b",
      " c",
      "+x",
      " d",
      "+e",
    ]);
    expect(diffLines("", "")).toEqual([]);
    expect(diffLines("a\n", "a\n")).toEqual([{ kind: "same", text: "a" }]);
  });

  test("lead from one text to the other, whatever they are", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 }).map((list) => list.join("\n"));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const side = (dropped: string) =>
          lines.flatMap((line) => (line.kind === dropped ? [] : [line.text])).join("\n");
        expect(side("added")).toBe(before);
        expect(side("removed")).toBe(after);
      }),
    );
  });

  test("are shown with what is around them", () => {
    const long = Array.from({ length: 20 }, (_, index) => `line ${index}`).join("\n");
    const parts = partsOf(diffLines(long, long.replace("line 10", "changed")), 2);
    expect(parts.map((part) => (part.type === "skipped" ? part.count : part.line.text))).toEqual([
      8,
      "line 8",
      "line 9",
      "line 10",
      "changed",
      "line 11",
      "line 12",
      7,
    ]);
  });
});

describe("manifests", () => {
  const live = {
    kind: "Pod",
    metadata: { name: "a", uid: "u", managedFields: [{}], labels: { x: "y" }, resourceVersion: "7" },
    status: { phase: "Running" },
  };
  test("are read without bookkeeping, and compared without what is each object's own", () => {
    expect(forReading(live, true)["status"]).toEqual({ phase: "Running" });
    expect(forReading(live, false)).toEqual({
      kind: "Pod",
      metadata: { name: "a", uid: "u", labels: { x: "y" }, resourceVersion: "7" },
    });
    expect(forComparing(live)).toEqual({ kind: "Pod", metadata: { name: "a", labels: { x: "y" } } });
  });
  test("are asked for with their group", () => {
    const deployment = node("Deployment", "web", { apiVersion: "apps/v1" });
    const ingress = node("Ingress", "front", { apiVersion: "networking.k8s.io/v1" });
    const lamp = node("Lamp", "desk", { apiVersion: "light.example.com/v1" });
    expect([deployment, ingress, lamp, node("Pod", "a")].map(kindName)).toEqual([
      "Deployment.apps",
      "Ingress.networking.k8s.io",
      "Lamp.light.example.com",
      "Pod",
    ]);
  });
  test("have other versions by their base name, or by their owner", () => {
    const nodes = shopNodes();
    const named = (name: string) => nodes.find((each) => each.name === name) ?? node("Pod", "none");
    expect(otherVersions(named("settings-v000"), nodes).map(({ name }) => name)).toEqual(["settings-v001"]);
    expect(otherVersions(named("web-2"), nodes).map(({ name }) => name)).toEqual(["web-1"]);
    expect(otherVersions(named("robot"), nodes)).toEqual([]);
  });
});

describe("logs", () => {
  test("are cut into lines with time and source, in any pieces", () => {
    const read = createLineReader();
    const text = "2026-01-01T00:00:01Z web-1/app: hello: you\n2026-01-01T00:00:02Z web-2/side: \nodd\n";
    const lines = Array.from(text).flatMap((letter) => read(letter));
    expect(lines).toEqual([
      { time: "2026-01-01T00:00:01Z", source: "web-1/app", text: "hello: you" },
      { time: "2026-01-01T00:00:02Z", source: "web-2/side", text: "" },
      { time: "", source: "", text: "odd" },
    ]);
    expect(matching(lines, " HELLO ")).toHaveLength(1);
    expect(matching(lines, "web-2")).toHaveLength(1);
    expect(asFile(lines.slice(0, 1))).toBe("2026-01-01T00:00:01Z web-1/app hello: you\n");
  });
  test("are of all Pods below an object, the failed first", () => {
    const nodes = shopNodes(3).map((each) =>
      each.name === "web-2-2" ? { ...each, health: { ...each.health, state: "failed" as const } } : each,
    );
    const top = nodes.find(({ kind }) => kind === "Deployment") ?? node("Pod", "none");
    expect(podsBelow(top, nodes).map(({ name }) => name)).toEqual(["web-2-2", "web-2-0", "web-2-1"]);
  });
});

describe("operations", () => {
  const web = node("Deployment", "web", { apiVersion: "apps/v1" });
  test.each([
    [web, ["scale", "restart", "pause", "undo", "remove"]],
    [{ ...web, paused: true }, ["scale", "resume", "remove"]],
    [node("ReplicaSet", "web-v001", { apiVersion: "apps/v1" }), ["scale", "remove"]],
    [node("ReplicaSet", "web-1", { apiVersion: "apps/v1", owners: ["x"] }), ["remove"]],
    [node("DaemonSet", "agent", { apiVersion: "apps/v1" }), ["restart", "undo", "remove"]],
    [node("ConfigMap", "settings"), ["remove"]],
    [node("Deployment", "own", { apiVersion: "example.com/v1" }), ["remove"]],
  ])("%#", (object, actions) => {
    expect(actionsFor(object)).toEqual(actions);
  });
  test("are Spinnaker's stages", () => {
    const place = { cloudProvider: "kubernetes", account: "prod", location: "shop", manifestName: "deployment web" };
    expect(jobFor("scale", web, 3)).toEqual({ type: "scaleManifest", ...place, replicas: 3 });
    expect(jobFor("undo", web, 1)).toEqual({ type: "undoRolloutManifest", ...place, numRevisionsBack: 1 });
    expect(jobFor("remove", { ...web, namespace: null }, 0)).toMatchObject({ type: "deleteManifest", location: "_" });
    expect(jobFor("pause", web, 0)).toEqual({ type: "pauseRolloutManifest", ...place });
  });
});
