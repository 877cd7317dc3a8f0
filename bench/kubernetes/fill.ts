import type { KubeClient } from "@gennaker/kube-client/client.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";

/** A Deployment of the size that real ones have: probes, variables, volumes, annotations. */
export function workload(namespace: string, name: string, replicas: number): KubeObject {
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

/** Runs `work` for each of the items, `width` at a time. */
export async function each<T>(items: readonly T[], width: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

/** Creates the workloads, spread over namespaces of 100. */
export async function fill(client: KubeClient, workloads: number, replicas: number): Promise<void> {
  const namespaces = Array.from({ length: Math.ceil(workloads / 100) }, (_, at) => `team-${at}`);
  await each(namespaces, 8, (name) => client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  const all = Array.from({ length: workloads }, (_, at) => at);
  await each(all, 16, (at) => client.create(workload(`team-${Math.floor(at / 100)}`, `app${at % 50}-${at}`, replicas)));
}
