import { randomUUID } from "node:crypto";
import type { KubeClient } from "@gennaker/kube-client/client.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Operation } from "@gennaker/testkit/kubernetes/etcd.ts";

export const replicas = 5;
const perNamespace = 100;

export const namespaceOf = (workload: number): string => `team-${Math.floor(workload / perNamespace)}`;
const nameOf = (workload: number): string => `app${workload % 50}-${workload}`;

/** A Deployment of the size that real ones have: probes, variables, volumes, annotations. */
export function workload(namespace: string, name: string): KubeObject {
  const labels = { app: name };
  const moniker = {
    "moniker.spinnaker.io/application": name.split("-")[0] ?? name,
    "moniker.spinnaker.io/cluster": `deployment ${name}`,
  };
  const env = Array.from({ length: 20 }, (_, at) => ({
    name: `SETTING_${at}`,
    value: `value of setting ${at} of ${name}`,
  }));
  const probe = { httpGet: { path: "/health", port: 8080 }, periodSeconds: 10, failureThreshold: 3 };
  const container = {
    name: "web",
    image: `registry.example/team/${name}:1.27.3`,
    args: ["--port", "8080", "--config", "/etc/app/config.yaml"],
    ports: [{ containerPort: 8080, name: "http" }],
    env,
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    readinessProbe: probe,
    livenessProbe: probe,
    volumeMounts: [{ name: "config", mountPath: "/etc/app" }],
  };
  const volumes = [{ name: "config", configMap: { name: "app", optional: true } }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: { ...labels, "app.kubernetes.io/name": "bench" }, annotations: moniker },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations: moniker }, spec: { containers: [container], volumes } },
    },
  };
}

/** What the controllers made of one Deployment, as the API server returns it, managed fields and all. */
export type Pattern = { namespace: KubeObject; deployment: KubeObject; replicaSet: KubeObject; pods: KubeObject[] };

export const patternName = "app0-pattern";

/** Reads what became of the Deployment `app0-pattern`, which is made in a namespace of that name. */
export async function readPattern(client: KubeClient): Promise<Pattern> {
  const place = { namespace: patternName };
  const [replicaSet] = (await client.list({ apiVersion: "apps/v1", kind: "ReplicaSet" }, place)).items;
  if (replicaSet === undefined) throw new Error("the pattern has no ReplicaSet");
  return {
    namespace: await client.get({ apiVersion: "v1", kind: "Namespace", name: patternName }),
    deployment: await client.get({ apiVersion: "apps/v1", kind: "Deployment", name: patternName, ...place }),
    replicaSet,
    pods: (await client.list({ apiVersion: "v1", kind: "Pod" }, place)).items,
  };
}

/** Copies of the pattern as the store keeps them: namespaces of 100 Deployments, each with its ReplicaSet and Pods. */
export function* copies(pattern: Pattern, workloads: number, nodes: number): Generator<Operation> {
  const patterns = texts(pattern);
  for (let at = 0; at < workloads; at += 1) {
    const namespace = namespaceOf(at);
    if (at % perNamespace === 0)
      yield { key: `/registry/namespaces/${namespace}`, value: copy(patterns.namespace, at, randomUUID()) };
    const uids = { deployment: randomUUID(), replicaSet: replicaSetUid(at) };
    yield {
      key: `/registry/deployments/${namespace}/${nameOf(at)}`,
      value: copy(patterns.deployment, at, uids.deployment),
    };
    const set = copy(patterns.replicaSet, at, uids.replicaSet, uids.deployment);
    yield { key: `/registry/replicasets/${namespace}/${set.metadata.name}`, value: set };
    yield* podsOf(pattern, at, 0, nodes);
  }
}

/** The Pods of one workload's generation; the one before goes. */
export function* podsOf(pattern: Pattern, workload: number, generation: number, nodes: number): Generator<Operation> {
  const namespace = namespaceOf(workload);
  const { pods, prefix } = texts(pattern);
  for (const [at, text] of pods.entries()) {
    if (generation > 0) yield { key: `/registry/pods/${namespace}/${podName(prefix, workload, generation - 1, at)}` };
    const pod = copy(text, workload, randomUUID(), replicaSetUid(workload));
    const number = workload * replicas + at;
    pod.metadata.name = podName(prefix, workload, generation, at);
    (pod["spec"] as { nodeName: string }).nodeName = `fake-${1 + (number % nodes)}`;
    const address = `198.18.${(number >> 8) & 255}.${number & 255}`;
    Object.assign(pod["status"] as object, { podIP: address, podIPs: [{ ip: address }] });
    yield { key: `/registry/pods/${namespace}/${pod.metadata.name}`, value: pod };
  }
}

/** The name of a workload's last Pod in a generation. */
export function lastPod(pattern: Pattern, workload: number, generation: number): string {
  return podName(texts(pattern).prefix, workload, generation, pattern.pods.length - 1);
}

const podName = (prefix: string, workload: number, generation: number, at: number): string =>
  `${prefix.replaceAll(patternName, nameOf(workload))}-${(generation * 10 + at).toString(36).padStart(5, "0")}`;

/** Known without being kept, as the Pods of later generations belong to the same set. */
const replicaSetUid = (workload: number): string => `00000000-0000-4000-8000-${String(workload).padStart(12, "0")}`;

function texts({ namespace, deployment, replicaSet, pods }: Pattern) {
  return {
    namespace: JSON.stringify(namespace),
    deployment: JSON.stringify(deployment),
    replicaSet: JSON.stringify(replicaSet),
    pods: pods.map((pod) => JSON.stringify(pod)),
    prefix: replicaSet.metadata.name ?? "",
  };
}

function copy(text: string, workload: number, uid: string, owner?: string): KubeObject {
  const place = `"namespace":"${patternName}"`;
  const object = JSON.parse(
    text.replaceAll(place, `"namespace":"${namespaceOf(workload)}"`).replaceAll(patternName, nameOf(workload)),
  ) as KubeObject;
  if (object.kind === "Namespace") {
    object.metadata.name = namespaceOf(workload);
    object.metadata.labels = { "kubernetes.io/metadata.name": namespaceOf(workload) };
  }
  object.metadata.uid = uid;
  // The store numbers versions itself.
  delete object.metadata.resourceVersion;
  const [reference] = object.metadata.ownerReferences ?? [];
  if (reference !== undefined && owner !== undefined) reference.uid = owner;
  return object;
}

/** Runs `work` for each of the items, `width` at a time. */
export async function each<T>(items: readonly T[], width: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
