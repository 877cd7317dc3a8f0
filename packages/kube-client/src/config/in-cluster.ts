import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { KubeConnection } from "./connection.ts";
import { configurationError } from "./configuration-error.ts";
import { tokenFileCredentials } from "./file-credentials.ts";
import { readPem } from "./files.ts";

/** Where Kubernetes mounts a pod's service account. */
const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

export type InClusterOptions = { env?: Readonly<Record<string, string | undefined>>; folder?: string };

/** True in a pod that has a service account's token. */
export function isInCluster(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(env["KUBERNETES_SERVICE_HOST"]) && Boolean(env["KUBERNETES_SERVICE_PORT"]);
}

/** The connection of a pod to its own cluster. The token rotates (about hourly) and is read again. */
export async function inClusterConnection(options: InClusterOptions = {}): Promise<KubeConnection> {
  const { env = process.env, folder = serviceAccountFolder } = options;
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port) {
    throw configurationError("this is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set.");
  }
  const ca = await readPem({ data: undefined, file: join(folder, "ca.crt") }, "the service account's ca.crt");
  const namespace = await readFile(join(folder, "namespace"), "utf8").catch(() => "default");
  return {
    name: "in-cluster",
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    namespace: namespace.trim() || "default",
    ca,
    insecureSkipTlsVerify: false,
    tlsServerName: null,
    proxyUrl: null,
    impersonate: null,
    credentials: tokenFileCredentials(join(folder, "token")),
  };
}
