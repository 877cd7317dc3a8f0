import type { KubeObject, ObjectMeta } from "@gennaker/kube-client/objects.ts";
import { plainJudge } from "../health/judge.ts";
import { heldCaches } from "../testing/held-caches.ts";
import { pod, replicaSet, serviceOf, sliceOf } from "../testing/objects.ts";
import { describe, expect, test } from "vitest";
import { applicationOf, findApplication } from "./belonging.ts";
import { configurationOf } from "./configuration.ts";
import { lean } from "./lean.ts";
import { toNode } from "./node.ts";
import { readTree } from "./read-tree.ts";
import { gatewaysOf, waysOf } from "./ways.ts";
import { createWorld, endpointShares, leadsTo } from "./world.ts";

const object = (apiVersion: string, kind: string, fields: object = {}, metadata: ObjectMeta = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: "web", namespace: "shop", uid: `uid-${kind}`, ...metadata },
  ...fields,
});
const said = (kind: string, version = "v1") => ({ apiVersion: version, kind, name: "web", uid: `uid-${kind}` });
const annotated = (application: string) => ({ annotations: { "moniker.spinnaker.io/application": application } });

describe("whose an object is", () => {
  const find =
    (...held: KubeObject[]) =>
    (owner: { uid: string }) =>
      held.find(({ metadata }) => metadata.uid === owner.uid);
  const owned = (owner: string, metadata: ObjectMeta = {}) =>
    object("v1", "Pod", {}, { name: "web-x", ownerReferences: [said(owner)], ...metadata });

  test("annotations of owners go before its own labels, and labels before names", () => {
    const top = object("apps/v1", "Deployment", {}, annotated("Shop"));
    expect(applicationOf(owned("Deployment", { labels: { app: "web" } }), find(top))).toBe("shop");
    expect(applicationOf(owned("Deployment", annotated("own")), find(top))).toBe("own");
    const labelled = object("apps/v1", "Deployment", {}, { labels: { "app.kubernetes.io/part-of": "shop" } });
    expect(applicationOf(owned("Deployment", { labels: { app: "web" } }), find(labelled))).toBe("shop");
    expect(applicationOf(owned("Deployment"), find(object("apps/v1", "Deployment", {}, { name: "sail-main" })))).toBe(
      "sail",
    );
    expect(applicationOf(owned("Deployment"), () => undefined)).toBe("web");
  });

  test("owners in a circle, of another life, or that cannot be read end the search", async () => {
    const circle = object("v1", "A", {}, { ownerReferences: [said("A")] });
    expect(applicationOf(circle, find(circle))).toBe("web");
    const reborn = object("apps/v1", "Deployment", {}, { ...annotated("new"), uid: "another" });
    expect(await findApplication(owned("Deployment"), async () => reborn)).toBe("web");
    expect(await findApplication(owned("Deployment"), async () => null)).toBe("web");
    const top = object("apps/v1", "Deployment", {}, annotated("shop"));
    expect(await findApplication(owned("Deployment"), async () => top)).toBe("shop");
  });
});

test("configuration is what volumes, environments and pull secrets name, each once", () => {
  const spec = {
    imagePullSecrets: [{ name: "registry" }],
    volumes: [
      { name: "a", configMap: { name: "files" } },
      { name: "b", secret: { secretName: "keys" } },
      { name: "c", projected: { sources: [{ configMap: { name: "files" } }, { secret: { name: "more" } }, {}] } },
      { name: "d", emptyDir: {} },
    ],
    initContainers: [{ name: "i", envFrom: [{ secretRef: { name: "keys" } }] }],
    containers: [
      {
        name: "c",
        env: [
          { name: "A", value: "1" },
          { name: "B", valueFrom: { configMapKeyRef: { name: "env", key: "b" } } },
          { name: "C", valueFrom: { secretKeyRef: { name: "keys", key: "c" } } },
        ],
      },
    ],
  };
  const names = ["ConfigMap files", "Secret keys", "Secret more", "ConfigMap env", "Secret registry"].sort();
  const of = (workload: KubeObject) =>
    configurationOf(workload)
      .map(({ kind, name }) => `${kind} ${name}`)
      .sort();
  expect(of(object("v1", "Pod", { spec }))).toEqual(names);
  expect(of(object("apps/v1", "Deployment", { spec: { template: { spec } } }))).toEqual(names);
  expect(of(object("batch/v1", "CronJob", { spec: { jobTemplate: { spec: { template: { spec } } } } }))).toEqual(names);
  expect(of(object("v1", "Pod", { spec: "nonsense" }))).toEqual([]);
});

describe("where traffic goes on to", () => {
  const words = (from: KubeObject) =>
    waysOf(from).map(({ namespace, name, percent }) => `${namespace}/${name} ${percent}`);
  const route = (rules: object[]) => object("gateway.networking.k8s.io/v1", "HTTPRoute", { spec: { rules } });

  test("a route's weights are parts of a hundred", () => {
    const refs = [
      { name: "old", weight: 9 },
      { name: "new", weight: 1 },
      { name: "x", kind: "Other" },
    ];
    expect(words(route([{ backendRefs: refs.slice(0, 2) }]))).toEqual(["shop/old 90", "shop/new 10"]);
    expect(words(route([{ backendRefs: [{ name: "only", weight: 0 }] }]))).toEqual(["shop/only 100"]);
    expect(words(route([{ backendRefs: [{ name: "a" }, { name: "b" }] }, {}]))).toEqual(["shop/a 50", "shop/b 50"]);
    expect(words(route([{ backendRefs: [{ name: "a", namespace: "other" }] }]))).toEqual(["other/a 100"]);
  });

  test("rules that split differently, or lead elsewhere, say no share", () => {
    const split = (a: number, b: number) => ({
      backendRefs: [
        { name: "a", weight: a },
        { name: "b", weight: b },
      ],
    });
    expect(words(route([split(1, 1), split(3, 1)]))).toEqual(["shop/a null", "shop/b null"]);
    expect(words(route([split(1, 1), split(2, 2)]))).toEqual(["shop/a 50", "shop/b 50"]);
    expect(words(route([split(1, 1), { backendRefs: [{ name: "c" }] }]))).toEqual([
      "shop/a null",
      "shop/b null",
      "shop/c null",
    ]);
    expect(words(route([split(0, 0)]))).toEqual(["shop/a 0", "shop/b 0"]);
  });

  test("Istio's routes name hosts, of which those in the cluster count", () => {
    const destination = (host: string, weight?: number) => ({
      destination: { host },
      ...(weight === undefined ? {} : { weight }),
    });
    const virtual = object("networking.istio.io/v1", "VirtualService", {
      spec: { http: [{ route: [destination("web", 80), destination("web.next.svc.cluster.local", 20)] }] },
    });
    expect(words(virtual)).toEqual(["shop/web 80", "next/web 20"]);
    const outside = object("networking.istio.io/v1", "VirtualService", {
      spec: { tcp: [{ route: [destination("api.example.com")] }] },
    });
    expect(words(outside)).toEqual([]);
  });

  test("an Ingress of one Service gives it everything, a Gateway leads to the routes that hang on it", () => {
    const backend = (name: string) => ({ service: { name, port: { number: 80 } } });
    const ingress = (spec: object) => object("networking.k8s.io/v1", "Ingress", { spec });
    expect(words(ingress({ defaultBackend: backend("web") }))).toEqual(["shop/web 100"]);
    expect(
      words(ingress({ defaultBackend: backend("a"), rules: [{ http: { paths: [{ backend: backend("b") }] } }] })),
    ).toEqual(["shop/a null", "shop/b null"]);
    const hung = object("gateway.networking.k8s.io/v1", "HTTPRoute", {
      spec: { parentRefs: [{ name: "front" }, { name: "mesh", kind: "Service" }], rules: [] },
    });
    expect(gatewaysOf(hung)).toEqual([{ namespace: "shop", name: "front" }]);
    const gateway = object("gateway.networking.k8s.io/v1", "Gateway", {}, { name: "front" });
    expect(leadsTo(createWorld(heldCaches(), [gateway, hung]), gateway)).toEqual([
      { uid: "uid-HTTPRoute", percent: null },
    ]);
    expect(leadsTo(createWorld(heldCaches(), []), ingress({ defaultBackend: backend("none") }))).toEqual([]);
  });

  test("a workload's part of a Service is that of its ready endpoints", () => {
    const [old, next] = [replicaSet("web-v001"), replicaSet("web-v002")];
    const pods = [pod("a", old), pod("b", next), pod("c", next), pod("d", next)];
    const service = serviceOf("web", { app: "web" });
    const slice = sliceOf("web", "a", "b", "c", "d");
    const endpoints = slice["endpoints"] as { conditions: { ready: boolean } }[];
    const unready = {
      ...slice,
      endpoints: endpoints.map((each, index) => (index === 3 ? { ...each, conditions: { ready: false } } : each)),
    };
    const world = createWorld(heldCaches(old, next, ...pods, service, unready), []);
    expect([...endpointShares(world, [service])]).toEqual([
      ["uid-web-v001", [{ service: "web", percent: 33.3 }]],
      ["uid-web-v002", [{ service: "web", percent: 66.7 }]],
    ]);
  });
});

test("copies hold no values of ConfigMaps and Secrets, and no bookkeeping", () => {
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}", a: "b" };
  const secret = lean(
    object("v1", "Secret", { data: { password: "x" } }, { annotations, managedFields: [] } as ObjectMeta),
  );
  expect(secret).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "web", namespace: "shop", uid: "uid-Secret", annotations: { a: "b" } },
  });
  expect(lean(object("example.com/v1", "Secret", { data: 1 }))["data"]).toBe(1);
});

test.each([
  ["r.example:5000/web:2.1", "2.1"],
  ["r.example/web@sha256:0123456789abcdef", "0123456789ab"],
  ["r.example/web:2.1@sha256:0123456789abcdef", "2.1"],
  ["web", "web"],
])("the version of %s is %s", (image, version) => {
  const found = { account: "a", application: "shop", leadsTo: [], traffic: [], uses: [] };
  const workload = object("v1", "Pod", {
    spec: {
      containers: [
        { name: "c", image },
        { name: "d", image },
      ],
    },
  });
  const node = toNode(workload, { ...found, health: plainJudge(workload) });
  expect([node.version, node.containers]).toEqual([version, ["c", "d"]]);
});

test("a tree is cut at its most nodes, Pods first", async () => {
  const set = replicaSet("web", {}, 5_100);
  const pods = Array.from({ length: 5_100 }, (_, index) => pod(`p-${index}`, set));
  const { nodes, truncated } = await readTree(
    { name: "a", onlySpinnakerManaged: false },
    heldCaches(set, ...pods),
    [object("v1", "ConfigMap")],
    { sees: () => true },
  );
  expect([nodes.size, truncated]).toEqual([5_000, true]);
  expect([...nodes.values()].filter(({ kind }) => kind !== "Pod").map(({ kind }) => kind)).toEqual([
    "ReplicaSet",
    "ConfigMap",
  ]);
});
