import { describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { kindOf, sameKind } from "../kinds.ts";
import { nameOf, namespaceOf } from "../manifest.ts";
import { deployWarnings, neededForWarnings } from "./deploy-warnings.ts";

const made = (apiVersion: string, kind: string, name: string, more: JsonObject, namespace = "shop"): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === "" ? {} : { namespace }), labels: (more["labels"] as JsonObject) ?? {} },
  ...more,
});
const workload = (kind: string, pod: JsonObject, spec: JsonObject = {}): JsonObject =>
  made("apps/v1", kind, "web", {
    spec: {
      ...spec,
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "main", image: "x", ports: [{ name: "http", containerPort: 8080 }] }], ...pod },
      },
    },
  });
const web = (pod: JsonObject = {}, spec: JsonObject = {}) => workload("Deployment", pod, spec);
const claim = (modes: string[], spec: JsonObject = {}, status: JsonObject = { phase: "Bound" }) =>
  made("v1", "PersistentVolumeClaim", "data", { spec: { accessModes: modes, ...spec }, status });
const mounting = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };
const storageClass = (name: string, isDefault = false): JsonObject => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) } },
});

/** What is told of manifests in a cluster that holds these objects, and nothing else. */
function told(manifests: JsonObject[], cluster: JsonObject[] = []): string[] {
  return deployWarnings(manifests, {
    list: (kind, namespace) =>
      cluster.filter((each) => sameKind(kindOf(each), kind) && (namespace === "" || namespaceOf(each) === namespace)),
    object: (kind, namespace, name) =>
      cluster.find(
        (each) =>
          sameKind(kindOf(each), kind) &&
          nameOf(each) === name &&
          (namespace === "" || namespaceOf(each) === namespace),
      ) ?? null,
  }).map(({ code }) => code);
}

describe("volumes", () => {
  test.each<[string, JsonObject[], JsonObject[], string[]]>([
    ["a claim of many nodes", [web(mounting, { replicas: 3 })], [claim(["ReadWriteMany"])], []],
    ["a claim that is missing", [web(mounting)], [], ["volume.missingClaim"]],
    [
      "a claim that comes with it",
      [web(mounting, { replicas: 2 }), claim(["ReadWriteMany"])],
      [storageClass("any", true)],
      [],
    ],
    ["one that lost its volume", [web(mounting)], [claim(["ReadWriteMany"], {}, { phase: "Lost" })], ["volume.lost"]],
    [
      "several replicas on one node's claim",
      [web(mounting, { replicas: 2 })],
      [claim(["ReadWriteOnce"])],
      ["volume.readWriteOnce"],
    ],
    ["a rolling update of one", [web(mounting)], [claim(["ReadWriteOnce"])], ["volume.rollingUpdate"]],
    ["one that is made anew", [web(mounting, { strategy: { type: "Recreate" } })], [claim(["ReadWriteOnce"])], []],
    [
      "one that ends first",
      [web(mounting, { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } })],
      [claim(["ReadWriteOncePod"])],
      [],
    ],
    ["a statefulSet of one", [workload("StatefulSet", mounting)], [claim(["ReadWriteOnce"])], []],
    ["a daemonSet", [workload("DaemonSet", mounting)], [claim(["ReadWriteOnce"])], ["volume.readWriteOnce"]],
    ["a class that is there", [claim(["ReadWriteOnce"], { storageClassName: "fast" }, {})], [storageClass("fast")], []],
    [
      "a class that is missing",
      [claim(["ReadWriteOnce"], { storageClassName: "fast" }, {})],
      [storageClass("slow")],
      ["volume.missingStorageClass"],
    ],
    [
      "no class and no default one",
      [claim(["ReadWriteOnce"], {}, {})],
      [storageClass("slow")],
      ["volume.noDefaultStorageClass"],
    ],
    ["no class and a default one", [claim(["ReadWriteOnce"], {}, {})], [storageClass("slow", true)], []],
    ["no class wanted", [claim(["ReadWriteOnce"], { storageClassName: "" }, {})], [], []],
    ["a volume that is missing", [claim(["ReadWriteOnce"], { volumeName: "pv1" }, {})], [], ["volume.missingVolume"]],
    [
      "a claim that is bound already, whatever became of its class",
      [claim(["ReadWriteOnce"], { storageClassName: "gone" }, {})],
      [claim(["ReadWriteOnce"], { storageClassName: "gone" })],
      [],
    ],
    [
      "claims of a statefulSet",
      [
        workload(
          "StatefulSet",
          {},
          { volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { storageClassName: "fast" } }] },
        ),
      ],
      [storageClass("slow")],
      ["volume.missingStorageClass"],
    ],
  ])("%s", (_name, manifests, cluster, codes) => {
    expect(told(manifests, cluster)).toEqual(codes);
  });
});

describe("configuration", () => {
  const reading = {
    containers: [
      {
        name: "main",
        envFrom: [{ configMapRef: { name: "settings" } }, { secretRef: { name: "maybe", optional: true } }],
        env: [{ name: "A", valueFrom: { secretKeyRef: { name: "keys", key: "a" } } }],
      },
    ],
    imagePullSecrets: [{ name: "pull" }],
    serviceAccountName: "runner",
  };
  const there = [
    made("v1", "Secret", "keys", {}),
    made("v1", "Secret", "pull", {}),
    made("v1", "ServiceAccount", "runner", {}),
  ];
  test("what is missing in this environment is told, what may be missing is not", () => {
    expect(told([web(reading)])).toEqual([
      "config.missing",
      "config.missing",
      "config.missing",
      "serviceAccount.missing",
    ]);
    expect(told([web(reading), made("v1", "ConfigMap", "settings", {})], there)).toEqual([]);
    expect(told([web({ serviceAccountName: "default" })])).toEqual([]);
  });
  test("what is not known is no warning", () => {
    const nothing = { list: () => null, object: () => undefined };
    expect(
      deployWarnings([web({ ...reading, ...mounting, nodeSelector: { a: "b" } }), storageClass("x")], nothing),
    ).toEqual([]);
  });
});

describe("network policies", () => {
  const policy = (spec: JsonObject, name = "deny"): JsonObject =>
    made("networking.k8s.io/v1", "NetworkPolicy", name, { spec: { podSelector: {}, ...spec } });
  const service = (spec: JsonObject = {}): JsonObject =>
    made("v1", "Service", "front", {
      spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }], ...spec },
    });
  const ingress = made("networking.k8s.io/v1", "Ingress", "site", {
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: "front", port: { number: 80 } } } }] } }] },
  });
  const neighbours = { from: [{ podSelector: { matchLabels: { tier: "front" } } }] };

  test.each<[string, JsonObject[], string[]]>([
    ["no policy", [service()], []],
    ["one that denies everything", [service(), policy({ policyTypes: ["Ingress"] })], ["network.serviceBlocked"]],
    ["one that selects others", [service(), policy({ podSelector: { matchLabels: { app: "db" } } })], []],
    ["one that lets all in", [service(), policy({ ingress: [{}] })], []],
    [
      "one that lets another port in",
      [service(), policy({ ingress: [{ ports: [{ port: 9090 }] }] })],
      ["network.serviceBlocked"],
    ],
    ["one that lets the port in", [service(), policy({ ingress: [{ ports: [{ port: 8080 }] }] })], []],
    ["the port by name", [service(), policy({ ingress: [{ ports: [{ port: "http" }] }] })], []],
    ["a range of ports", [service(), policy({ ingress: [{ ports: [{ port: 8000, endPort: 8100 }] }] })], []],
    [
      "another protocol",
      [service(), policy({ ingress: [{ ports: [{ port: 8080, protocol: "UDP" }] }] })],
      ["network.serviceBlocked"],
    ],
    [
      "two of which one lets it in",
      [service(), policy({ policyTypes: ["Ingress"] }), policy({ ingress: [{}] }, "allow")],
      [],
    ],
    ["neighbours only, and nobody else comes", [service(), policy({ ingress: [neighbours] })], []],
    [
      "neighbours only, and an ingress leads there",
      [service(), ingress, policy({ ingress: [neighbours] })],
      ["network.outsideBlocked"],
    ],
    [
      "the controller's namespace",
      [service(), ingress, policy({ ingress: [{ from: [{ namespaceSelector: {} }] }] })],
      [],
    ],
    [
      "namespaces only, and a load balancer's address",
      [service({ type: "LoadBalancer" }), policy({ ingress: [{ from: [{ namespaceSelector: {} }] }] })],
      ["network.outsideBlocked"],
    ],
    [
      "addresses for a load balancer",
      [service({ type: "LoadBalancer" }), policy({ ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] })],
      [],
    ],
    [
      "egress without names",
      [policy({ policyTypes: ["Egress"], egress: [{ ports: [{ port: 5432 }] }] })],
      ["network.noDns"],
    ],
    [
      "egress with names",
      [policy({ policyTypes: ["Egress"], egress: [{ ports: [{ port: 53, protocol: "UDP" }] }] })],
      [],
    ],
    ["egress to everything", [policy({ policyTypes: ["Egress"], egress: [{}] })], []],
  ])("%s", (_name, cluster, codes) => {
    expect(told([web()], cluster)).toEqual(codes);
  });

  test("a policy and a Service of the same deploy count as well, and a route of the Gateway API", () => {
    expect(told([web(), service(), policy({ policyTypes: ["Ingress"] })])).toEqual(["network.serviceBlocked"]);
    const route = made("gateway.networking.k8s.io/v1", "HTTPRoute", "site", {
      spec: { rules: [{ backendRefs: [{ name: "front", port: 80 }] }] },
    });
    expect(told([web()], [service(), route, policy({ ingress: [neighbours] })])).toEqual(["network.outsideBlocked"]);
  });
});

describe("nodes", () => {
  const node = (name: string, labels: JsonObject, allocatable: JsonObject = {}): JsonObject =>
    made("v1", "Node", name, { labels, status: { allocatable } }, "");
  const linux = node("a", { "kubernetes.io/os": "linux" });
  const gpu = node("b", { "kubernetes.io/os": "linux", pool: "gpu" }, { "nvidia.com/gpu": "2" });
  const wants = (count: number) => ({
    containers: [{ name: "m", resources: { limits: { "nvidia.com/gpu": count } } }],
  });
  const affinity = (expression: JsonObject): JsonObject => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expression] }] },
      },
    },
  });

  test.each<[string, JsonObject, string[]]>([
    ["a Linux node", { nodeSelector: { "kubernetes.io/os": "linux" } }, []],
    ["a Windows node", { nodeSelector: { "kubernetes.io/os": "windows" } }, ["node.noneFits"]],
    ["a GPU", wants(1), []],
    ["more GPUs than any node has", wants(4), ["node.device"]],
    [
      "a GPU where none is",
      { ...wants(1), nodeSelector: { "kubernetes.io/os": "linux", pool: "none" } },
      ["node.noneFits"],
    ],
    ["a pool by affinity", affinity({ key: "pool", operator: "In", values: ["gpu"] }), []],
    ["a pool that is not there", affinity({ key: "pool", operator: "In", values: ["tpu"] }), ["node.noneFits"]],
    ["what the scheduler compares", affinity({ key: "cores", operator: "Gt", values: ["4"] }), []],
  ])("%s", (_name, pod, codes) => {
    expect(told([web(pod)], [linux, gpu])).toEqual(codes);
  });

  test("the words name the node that people know", () => {
    const [first] = deployWarnings([web({ nodeSelector: { "kubernetes.io/os": "windows" } })], {
      list: (kind) => (kind === "node" ? [linux, gpu] : []),
      object: () => null,
    });
    expect(first?.message).toContain("a Windows node (kubernetes.io/os=windows), and none of the 2 nodes is");
    expect(first?.object).toEqual({ kind: "Deployment", name: "web", namespace: "shop" });
  });
});

test("only what is needed is asked for", () => {
  expect(neededForWarnings([made("v1", "ConfigMap", "a", {})])).toEqual({ lists: [], objects: [] });
  const { lists, objects } = neededForWarnings([web(mounting)]);
  expect(lists.map(({ kind }) => kind)).toEqual([
    "networkPolicy",
    "service",
    "ingress",
    "HTTPRoute.gateway.networking.k8s.io",
  ]);
  expect(objects).toEqual([{ kind: "persistentVolumeClaim", namespace: "shop", name: "data" }]);
  const config = made("v1", "ConfigMap", "settings", {});
  const reads = { containers: [{ name: "m", envFrom: [{ configMapRef: { name: "settings" } }] }] };
  expect(neededForWarnings([web(reads), config]).objects).toEqual([]);
  expect(neededForWarnings([web(reads), web(reads)]).objects).toHaveLength(1);
  expect(
    neededForWarnings([web({ nodeSelector: {} }), claim([], { volumeName: "v" })]).lists.map(({ kind }) => kind),
  ).toContain("node");
});
