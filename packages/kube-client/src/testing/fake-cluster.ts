import { startFakeKubeApi, type FakeKubeApi, type FakeKubeApiOptions } from "@gennaker/testkit/fakes/kube-api/start.ts";
import { createKubeClient, type KubeClient, type KubeClientOptions } from "../client.ts";
import type { KubeConnection } from "../config/connection.ts";
import { bearer, staticCredentials } from "../config/static-credentials.ts";
import type { KubeObject } from "../objects.ts";

export type FakeCluster = { api: FakeKubeApi; client: KubeClient; close(): Promise<void> };

/** A fake API server and a client of it. */
export async function startFakeCluster(
  server: FakeKubeApiOptions = {},
  options: KubeClientOptions = {},
): Promise<FakeCluster> {
  const api = await startFakeKubeApi(server);
  const client = createKubeClient(connectionTo(api), { discovery: { minRefreshMs: 0 }, ...options });
  return {
    api,
    client,
    async close() {
      await client.close();
      await api.close();
    },
  };
}

export function connectionTo(api: FakeKubeApi, token = "test-token"): KubeConnection {
  return {
    name: "fake",
    server: api.url,
    namespace: "default",
    ca: api.authority?.ca ?? null,
    insecureSkipTlsVerify: false,
    tlsServerName: null,
    proxyUrl: null,
    impersonate: null,
    credentials: staticCredentials("token", bearer(token)),
  };
}

export const configMapKind = { apiVersion: "v1", kind: "ConfigMap" };
export const podKind = { apiVersion: "v1", kind: "Pod" };

export function configMap(
  name: string,
  data: Record<string, string> = {},
  labels?: Record<string, string>,
): KubeObject {
  return { ...configMapKind, metadata: { name, namespace: "default", ...(labels ? { labels } : {}) }, data };
}

export function deployment(name: string, replicas: number, image = "web:1"): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "web", image }] } },
    },
  };
}
