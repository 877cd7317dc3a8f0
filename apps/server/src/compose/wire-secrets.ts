import type { AuditLog } from "../platform/audit/api.ts";
import type { Config } from "../platform/config/config.ts";
import { isLoopback } from "../platform/config/config.ts";
import type { Database } from "../platform/database/api.ts";
import type { OpenSocket, Outgoing } from "../platform/outgoing/api.ts";
import { createOutgoing } from "../platform/outgoing/create-outgoing.ts";
import { createOpenSocket } from "../platform/outgoing/open-socket.ts";
import type { Secrets } from "../platform/secrets/api.ts";
import { SecretError } from "../platform/secrets/api.ts";
import { createSecrets } from "../platform/secrets/create-secrets.ts";
import { withSecrets } from "../platform/secrets/with-secrets.ts";
import type { ReadKubernetesSecret } from "../platform/secrets/sources/kubernetes.ts";
import type { Redactor } from "../platform/values/redactor.ts";
import type { ClusterPort } from "../providers/kubernetes/cluster-port.ts";
import type { Late } from "./late.ts";

/** The client for outgoing calls and the secrets: each needs the other, so secrets are asked for over a client without. */
export function wireSecrets(
  config: Config,
  database: Database,
  audit: AuditLog,
  redactor: Redactor,
  clusters: Late<ClusterPort | null>,
): { outgoing: Outgoing; openSocket: OpenSocket; secrets: Secrets } {
  const guard = { settings: config.outgoing, localAllowed: isLoopback(config.host) };
  const plain = createOutgoing({ ...guard, env: process.env });
  const secrets = createSecrets({
    database,
    audit,
    outgoing: plain,
    settings: config.secrets,
    dataDirectory: config.data,
    env: process.env,
    redactor,
    readKubernetesSecret: secretReader(clusters),
  });
  return { outgoing: withSecrets(plain, secrets, redactor), openSocket: createOpenSocket(guard), secrets };
}

/** Secrets of the clusters of Kubernetes accounts, which are wired after this. */
export function secretReader(clusters: Pick<Late<ClusterPort | null>, "get">): ReadKubernetesSecret {
  return async (account, namespace, name) => {
    const cluster = clusters.get();
    const known = cluster?.accounts() ?? [];
    if (cluster === null || !known.includes(account)) {
      const words = known.join(", ") || "none";
      throw new SecretError("source", `There is no Kubernetes account ${account}. Configured are: ${words}.`);
    }
    const found = await cluster.get(account, { apiVersion: "v1", kind: "Secret", namespace, name });
    if (found === null) return null;
    return (found["data"] ?? {}) as Readonly<Record<string, string>>;
  };
}
