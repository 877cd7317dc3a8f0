import { randomUUID } from "node:crypto";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Tx } from "../../../platform/database/api.ts";
import type { EventInput } from "../../../platform/events/api.ts";
import { createKubernetesProvider, type KubernetesProvider } from "../create-kubernetes-provider.ts";
import { createMemoryOperations } from "../operations/testing/memory-operations.ts";
import { kubernetesSchema } from "../settings.ts";

/** Why there is no cluster for tests; empty where there is one. */
export const skipped: string =
  process.env["GENNAKER_TEST_KUBECONFIG"] === undefined
    ? (process.env["GENNAKER_KUBERNETES_SKIPPED"] ?? "GENNAKER_TEST_KUBECONFIG is not set")
    : "";

export type Scene = {
  provider: KubernetesProvider;
  port: KubernetesProvider["cluster"];
  /** What was told to everybody, in order. */
  events: EventInput[];
  logged: string[];
  /** Topics whose tasks were woken, in order. */
  woken: string[];
  namespace: string;
  close(): Promise<void>;
};

/** A provider with one account `test` on the tests' cluster and a namespace of its own; without a Lease unless asked. */
export async function openScene(
  account: Record<string, unknown> = {},
  names: { installation?: string; replica?: string; namespace?: string; leads?: () => boolean } = {},
): Promise<Scene> {
  const events: EventInput[] = [];
  const logged: string[] = [];
  const woken: string[] = [];
  const provider = createKubernetesProvider({
    settings: kubernetesSchema.parse({
      accounts: [{ name: "test", kubeconfigFile: process.env["GENNAKER_TEST_KUBECONFIG"], lease: false, ...account }],
    }),
    // Nothing is stored: what would be is kept for the tests to see.
    database: { transaction: (work: (tx: Tx) => Promise<unknown>) => work({} as Tx) } as never,
    events: { append: async (_tx, inputs) => void events.push(...inputs) },
    operations: createMemoryOperations(),
    installation: names.installation ?? "one",
    replica: names.replica ?? randomUUID(),
    env: {},
    log: (level, message, details) => logged.push(`${level} ${message} ${JSON.stringify(details ?? {})}`),
    leads: names.leads ?? (() => true),
    wake: (topics) => void woken.push(...topics),
  });
  provider.start();
  const port = provider.cluster;
  const namespace = names.namespace ?? `test-${randomUUID().slice(0, 8)}`;
  const owned = names.namespace === undefined;
  if (owned) await port.apply("test", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  return {
    provider,
    port,
    events,
    logged,
    woken,
    namespace,
    async close() {
      if (owned) await port.delete("test", { kind: "namespace", name: namespace }).catch(() => false);
      await provider.stop();
    },
  };
}

/**
 * A Deployment as `deployManifest` leaves it, with what `options` replace. Its application is named like the namespace:
 * the cluster is shared with other tests.
 */
export function deployment(
  namespace: string,
  name: string,
  options: { replicas?: number; image?: string; annotations?: Record<string, string> } = {},
): KubeObject {
  const moniker = {
    "moniker.spinnaker.io/application": namespace,
    "moniker.spinnaker.io/cluster": `deployment ${name}`,
  };
  const labels = { run: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: { "app.kubernetes.io/name": namespace }, annotations: moniker },
    spec: {
      replicas: options.replicas ?? 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { ...moniker, ...options.annotations } },
        spec: {
          containers: [
            { name: "web", image: options.image ?? "registry.example/nginx:1.27", ports: [{ containerPort: 8080 }] },
          ],
        },
      },
    },
  };
}

export function service(namespace: string, name: string, selector: Record<string, string>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels: { "app.kubernetes.io/name": namespace } },
    spec: { selector, ports: [{ port: 80, targetPort: 8080 }] },
  };
}
