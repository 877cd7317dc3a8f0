import type { Applications } from "../deliver/applications/api.ts";
import type { Config } from "../platform/config/config.ts";
import { createHostsProvider } from "../providers/hosts/create-hosts-provider.ts";
import type { KubernetesProvider } from "../providers/kubernetes/create-kubernetes-provider.ts";
import type { ProviderPort, ServerGroup } from "../providers/port/api.ts";
import { createGatewayRouter } from "../traffic/gateway/create-gateway-router.ts";
import type { RouterPort } from "../traffic/port/api.ts";
import type { Late } from "./late.ts";
import type { Log } from "./log.ts";
import type { Releases } from "./releases.ts";
import { wireKubernetes } from "./wire-kubernetes.ts";
import type { Platform } from "./wire-platform.ts";

export type Providers = {
  providers: ReadonlyMap<string, ProviderPort>;
  /** Null where no Kubernetes account is configured. */
  kubernetes: KubernetesProvider | null;
  /** Those whose instances may serve metrics to the scraper, which looks through all of them every second. */
  scraped: readonly Pick<ProviderPort, "serverGroups">[];
  routers: readonly RouterPort[];
  /** Where the local gateway answers, for the scraper. */
  gatewaySocket: string;
  serverGroups(application?: string): Promise<readonly ServerGroup[]>;
  /** Begins to look after processes and traffic: the work of the role `controller`. */
  control(): Promise<void>;
  /** Opens the watches of clusters, which every replica reads; returns at once. */
  watch(): void;
};

/** Wires where things run (providers) and what leads traffic to them (routers). */
export async function wireProviders(
  platform: Platform,
  config: Config,
  wake: (topics: readonly string[]) => void,
  applications: Late<Applications>,
  log: Log,
  releases: Releases,
): Promise<Providers> {
  const { opened, database, events, audit } = platform;
  const hosts = createHostsProvider({
    database,
    events,
    dataDirectory: config.data,
    dataDirectoryId: opened.dataDirectoryId,
    wake,
    log: (message, details) => log("info", message, details),
  });
  const gateway = createGatewayRouter({
    account: "local",
    dataDirectory: config.data,
    database,
    events,
    audit,
    wake,
    log,
    owns: () => hosts.owns(),
    serverGroups: () => hosts.serverGroups({ account: "local" }),
    onInventoryChange: (listener) => hosts.onChange(listener),
  });
  const kubernetes = await wireKubernetes(platform, config, wake, applications, log);
  platform.clusters.set(kubernetes?.cluster ?? null);
  // Let go of after the engine, whose tasks use it.
  if (kubernetes !== null) releases.add("the watches of clusters", () => kubernetes.stop());
  const all: readonly ProviderPort[] = kubernetes === null ? [hosts] : [hosts, kubernetes];
  const providers: ReadonlyMap<string, ProviderPort> = new Map(all.map((provider) => [provider.name, provider]));
  return {
    providers,
    kubernetes,
    // Of Pods only those that ask for it: the metrics of the others come from the Prometheus of their cluster.
    scraped: kubernetes === null ? [hosts] : [hosts, { serverGroups: async () => kubernetes.scraped() }],
    routers: [gateway],
    gatewaySocket: gateway.adminSocket,
    async serverGroups(application) {
      const filter = application === undefined ? {} : { application };
      return (await Promise.all([...providers.values()].map((provider) => provider.serverGroups(filter)))).flat();
    },
    async control() {
      releases.add("the hosts provider", () => hosts.stop());
      await hosts.start();
      releases.add("the gateway router", () => gateway.stop());
      await gateway.start();
    },
    watch: () => kubernetes?.start(),
  };
}
