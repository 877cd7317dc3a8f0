import { createKubeClient, type KubeClient } from "../client.ts";
import { loadKubeconfig } from "../config/load-kubeconfig.ts";

/** The kubeconfig of a cluster that tests may use, from `GENNAKER_TEST_KUBECONFIG`; null where there is none. */
export const testCluster: string | null = process.env["GENNAKER_TEST_KUBECONFIG"] ?? null;

export async function connectToTestCluster(): Promise<{ client: KubeClient; close(): Promise<void> }> {
  if (testCluster === null) throw new Error("GENNAKER_TEST_KUBECONFIG is not set.");
  const kubeconfig = await loadKubeconfig({ paths: [testCluster] });
  const client = createKubeClient(await kubeconfig.connect());
  return { client, close: () => client.close() };
}
