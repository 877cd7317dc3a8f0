import { createHash } from "node:crypto";
import type { Config } from "../platform/config/config.ts";
import { ConfigError } from "../platform/config/config.ts";
import type { KubernetesProvider } from "../providers/kubernetes/create-kubernetes-provider.ts";
import { kubernetesSchema } from "../providers/kubernetes/settings.ts";
import type { Applications } from "../deliver/applications/api.ts";
import type { Late } from "./late.ts";
import type { Log } from "./log.ts";
import { wireKubernetesHealth } from "./wire-kubernetes-health.ts";
import type { Platform } from "./wire-platform.ts";

/**
 * The provider of the configured Kubernetes accounts; null where there are none, and then nothing of it is loaded.
 * Throws ConfigError for a section `kubernetes` that cannot be used. No cluster is asked anything here.
 */
export async function wireKubernetes(
  { opened, database, events, leader }: Platform,
  config: Config,
  wake: (topics: readonly string[]) => void,
  applications: Late<Applications>,
  log: Log,
): Promise<KubernetesProvider | null> {
  const read = kubernetesSchema.safeParse(config.kubernetes);
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = ["gennaker.yaml: kubernetes", ...(issue?.path ?? []).map(String)].join(".");
    throw new ConfigError(`${place} is not usable: ${issue?.message ?? "check it"}.`);
  }
  if (read.data.accounts.some(({ name }) => name === "local")) {
    const place = "gennaker.yaml: kubernetes.accounts";
    throw new ConfigError(`${place}: "local" is the account of this machine; choose another name.`);
  }
  if (read.data.accounts.length === 0) return null;
  const { createKubernetesProvider } = await import("../providers/kubernetes/create-kubernetes-provider.ts");
  const health = await wireKubernetesHealth(read.data, applications, log);
  const provider = createKubernetesProvider({
    settings: read.data,
    database,
    events,
    installation: await installationOf(database),
    replica: opened.dataDirectoryId,
    env: process.env,
    log,
    leads: () => leader.leads(),
    wake,
    judgeOf: health.judgeOf,
  });
  return {
    ...provider,
    start() {
      health.start();
      provider.start();
    },
    async stop() {
      health.stop();
      await provider.stop();
    },
  };
}

/** Names the database: the same for all replicas, another one for every other Gennaker. */
async function installationOf(database: Platform["database"]): Promise<string> {
  const [row] = await database.query<{ name: string }>(
    "select system_identifier::text || '/' || current_database() as name from pg_control_system()",
  );
  return createHash("sha256")
    .update(row?.name ?? "")
    .digest("hex")
    .slice(0, 12);
}
