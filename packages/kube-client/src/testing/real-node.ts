import { startKubernetes } from "@gennaker/testkit/kubernetes/cluster.ts";
import type { RealNode } from "@gennaker/testkit/kubernetes/node/start-node.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { createKubeClient, type KubeClient } from "../client.ts";
import { loadKubeconfig } from "../config/load-kubeconfig.ts";
import type { KubeObject } from "../objects.ts";

export type RealNodeCluster = {
  client: KubeClient;
  node: RealNode;
  /** Waits until the Pod's status is as wanted; rejects after a minute. */
  until(pod: string, holds: (status: Record<string, unknown>) => boolean): Promise<void>;
  close(): Promise<void>;
};

/** A cluster of its own whose Pods really run. */
export async function startRealNodeCluster(): Promise<RealNodeCluster> {
  const cluster = await startKubernetes({ realNode: true, fakeNodes: 0 });
  const client = createKubeClient(await (await loadKubeconfig({ paths: [cluster.kubeconfig], env: {} })).connect());
  if (cluster.node === null) throw new Error("the cluster has no node");
  return {
    client,
    node: cluster.node,
    async until(name, holds) {
      const deadline = performance.now() + 60_000;
      for (;;) {
        const { status } = (await client.get({ apiVersion: "v1", kind: "Pod", name, namespace: "default" })) as {
          status?: Record<string, unknown>;
        };
        if (holds(status ?? {})) return;
        if (performance.now() > deadline) throw new Error(`${name} never was as wanted: ${JSON.stringify(status)}`);
        await sleep(200);
      }
    },
    async close() {
      await client.close();
      await cluster.stop();
    },
  };
}

/** A Pod of containers by name, each with the arguments of the program `web`. */
export function podOf(
  name: string,
  image: string,
  containers: Readonly<Record<string, readonly string[]>>,
  spec: Record<string, unknown> = {},
): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", labels: { name } },
    spec: {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 0,
      containers: Object.entries(containers).map(([container, args]) => ({ name: container, image, args })),
      ...spec,
    },
  };
}
