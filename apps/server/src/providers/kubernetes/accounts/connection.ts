import { createKubeClient, type KubeClient } from "@gennaker/kube-client/client.ts";
import { loadKubeconfig } from "@gennaker/kube-client/config/load-kubeconfig.ts";
import type { KubernetesAccountSettings } from "../settings.ts";

/** The client of an account, made when it is first needed. */
export type Connection = {
  /** Throws `KubeError` for a kubeconfig that cannot be used; the next call reads it anew. Asks nothing of the cluster. */
  client(): Promise<KubeClient>;
  close(): Promise<void>;
};

export function createConnection(
  settings: Pick<KubernetesAccountSettings, "kubeconfigFile" | "context">,
  env: Readonly<Record<string, string | undefined>>,
): Connection {
  let made: Promise<KubeClient> | null = null;

  async function connect(): Promise<KubeClient> {
    const { kubeconfigFile, context } = settings;
    const kubeconfig = await loadKubeconfig({
      env,
      ...(kubeconfigFile === undefined ? {} : { paths: [kubeconfigFile] }),
    });
    return createKubeClient(await kubeconfig.connect(context));
  }

  return {
    client() {
      if (made === null) {
        const mine = connect();
        made = mine;
        mine.catch(() => {
          if (made === mine) made = null;
        });
      }
      return made;
    },
    async close() {
      const client = await made?.catch(() => null);
      made = null;
      await client?.close();
    },
  };
}
