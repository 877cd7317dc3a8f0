import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { isRecord } from "../objects.ts";
import { configurationError } from "./configuration-error.ts";
import type { Impersonation, KubeConnection } from "./connection.ts";
import { readPem } from "./files.ts";
import { inClusterConnection, isInCluster } from "./in-cluster.ts";
import { field, pathField, readKubeconfigs, type Entry, type MergedConfig } from "./kubeconfig-file.ts";
import { proxyFromEnvironment } from "./proxy.ts";
import { userCredentials } from "./user-credentials.ts";

export type KubeconfigOptions = {
  /** Files to read and merge; each must exist. Default: the list in `KUBECONFIG`, else `~/.kube/config`. */
  paths?: readonly string[];
  /** Default `process.env`: `KUBECONFIG`, proxies, and what exec plugins get. */
  env?: Readonly<Record<string, string | undefined>>;
  /** An OIDC issuer replaced the refresh token of this user; nothing is written to the kubeconfig. */
  onOidcRotated?: (user: string, tokens: { idToken: string; refreshToken: string }) => void;
};

export type KubeContext = { name: string; cluster: string; user: string; namespace: string; server: string };

export type Kubeconfig = {
  files: readonly string[];
  contexts: readonly KubeContext[];
  currentContext: string | null;
  /** The connection of a context, by default the current one; inside a pod without a kubeconfig its own cluster. */
  connect(context?: string): Promise<KubeConnection>;
};

/** Reads kubeconfig files as kubectl does. Nothing is asked of any cluster here. Throws `KubeError`. */
export async function loadKubeconfig(options: KubeconfigOptions = {}): Promise<Kubeconfig> {
  const env = options.env ?? process.env;
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const standard = listed.length > 0 ? listed : [join(env["HOME"] ?? homedir(), ".kube", "config")];
  const config = await readKubeconfigs(options.paths ?? standard, options.paths === undefined);
  const contexts = [...config.contexts].map(([name, entry]) => describeContext(config, name, entry));
  return {
    files: config.files,
    contexts,
    currentContext: config.currentContext,
    async connect(name) {
      const wanted = name ?? config.currentContext;
      if (wanted === null) {
        if (config.contexts.size === 0 && isInCluster(env)) return inClusterConnection({ env });
        throw configurationError(noContext(config));
      }
      return connectionOf(config, wanted, { ...options, env });
    },
  };
}

function noContext(config: MergedConfig): string {
  if (config.files.length === 0) return "there is no kubeconfig. Set KUBECONFIG or create ~/.kube/config.";
  return `no current-context is set. Name one of: ${[...config.contexts.keys()].join(", ") || "(none)"}.`;
}

function describeContext(config: MergedConfig, name: string, entry: Entry): KubeContext {
  const cluster = field(entry, "cluster") ?? "";
  const known = config.clusters.get(cluster);
  return {
    name,
    cluster,
    user: field(entry, "user") ?? "",
    namespace: field(entry, "namespace") ?? "default",
    server: (known === undefined ? undefined : field(known, "server")) ?? "",
  };
}

async function connectionOf(
  config: MergedConfig,
  name: string,
  options: KubeconfigOptions & { env: Readonly<Record<string, string | undefined>> },
): Promise<KubeConnection> {
  const context = config.contexts.get(name);
  if (context === undefined) {
    throw configurationError(
      `there is no context ${name}. There are: ${[...config.contexts.keys()].join(", ") || "(none)"}.`,
    );
  }
  const clusterName = field(context, "cluster") ?? "";
  const cluster = config.clusters.get(clusterName);
  if (cluster === undefined) throw configurationError(`context ${name}: there is no cluster "${clusterName}".`);
  const userName = field(context, "user") ?? "";
  const user = userName === "" ? { value: {}, folder: "." } : config.users.get(userName);
  if (user === undefined) throw configurationError(`context ${name}: there is no user "${userName}".`);

  const server = serverOf(clusterName, cluster);
  const ca = await readPem(
    { data: field(cluster, "certificate-authority-data"), file: pathField(cluster, "certificate-authority") },
    `cluster ${clusterName}: certificate-authority`,
  );
  const insecureSkipTlsVerify = cluster.value["insecure-skip-tls-verify"] === true;
  if (insecureSkipTlsVerify && ca !== null) {
    throw configurationError(
      `cluster ${clusterName} sets both certificate-authority and insecure-skip-tls-verify. Choose one.`,
    );
  }
  const { onOidcRotated } = options;
  return {
    name,
    server,
    namespace: field(context, "namespace") ?? "default",
    ca,
    insecureSkipTlsVerify,
    tlsServerName: field(cluster, "tls-server-name") ?? null,
    proxyUrl: field(cluster, "proxy-url") ?? proxyFromEnvironment(server, options.env),
    impersonate: impersonationOf(user),
    credentials: await userCredentials(userName, user, {
      env: options.env,
      clusterInfo: async () => clusterInfo(cluster, server, ca),
      ...(onOidcRotated === undefined ? {} : { onOidcRotated: (tokens) => onOidcRotated(userName, tokens) }),
    }),
  };
}

function serverOf(name: string, cluster: Entry): string {
  const server = field(cluster, "server");
  if (server === undefined || !/^https?:\/\//.test(server) || !URL.canParse(server)) {
    throw configurationError(`cluster ${name}: server "${server ?? ""}" is no http or https address.`);
  }
  return server.replace(/\/+$/, "");
}

function impersonationOf(user: Entry): Impersonation | null {
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const name = field(user, "as");
  const uid = field(user, "as-uid");
  const groups = texts(user.value["as-groups"]);
  const extra = isRecord(user.value["as-user-extra"]) ? user.value["as-user-extra"] : {};
  if (name === undefined && uid === undefined && groups.length === 0 && Object.keys(extra).length === 0) return null;
  if (name === undefined)
    throw configurationError("impersonating a uid, groups or extra fields needs a user name (as).");
  return {
    user: name,
    ...(uid === undefined ? {} : { uid }),
    groups,
    extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, texts(values)])),
  };
}

/** `spec.cluster` of an ExecCredential. */
function clusterInfo(cluster: Entry, server: string, ca: string | null): Record<string, unknown> {
  const extensions = Array.isArray(cluster.value["extensions"]) ? cluster.value["extensions"].filter(isRecord) : [];
  const config = extensions.find((entry) => entry["name"] === "client.authentication.k8s.io/exec")?.["extension"];
  return {
    server,
    ...(ca === null ? {} : { "certificate-authority-data": Buffer.from(ca).toString("base64") }),
    ...(cluster.value["insecure-skip-tls-verify"] === true ? { "insecure-skip-tls-verify": true } : {}),
    ...(field(cluster, "tls-server-name") === undefined
      ? {}
      : { "tls-server-name": field(cluster, "tls-server-name") }),
    ...(field(cluster, "proxy-url") === undefined ? {} : { "proxy-url": field(cluster, "proxy-url") }),
    ...(config === undefined ? {} : { config }),
  };
}
