import type { DemoCluster } from "./cluster.ts";

/** The server's configuration for a demo on this cluster: one account, `demo`. */
export function configOf({ kubeconfig, context, own }: DemoCluster): object {
  const account = {
    name: "demo",
    kubeconfigFile: kubeconfig,
    ...(context === null ? {} : { context }),
    // A cluster of our own nobody else changes; in others a Lease of the demo's own keeps demos apart.
    lease: own ? false : { namespace: "default", name: "gennaker-demo" },
  };
  return { kubernetes: { accounts: [account] } };
}
