import { GennakerError } from "@gennaker/contract/errors.ts";
import type { KubernetesTreeLine } from "@gennaker/contract/resources/kubernetes-tree.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { KubernetesProvider } from "./create-kubernetes-provider.ts";
import { toHealth } from "./health/to-health.ts";
import { toGennakerError } from "./to-gennaker-error.ts";
import type { TreeOptions } from "./tree/follow-tree.ts";

/** Objects, logs, events and traffic over the own API. Without accounts (`null`) nothing of Kubernetes is loaded. */
export function kubernetesHandlers(provider: KubernetesProvider | null): Handlers {
  function of(account: string): KubernetesProvider {
    if (provider !== null && provider.cluster.accounts().includes(account)) return provider;
    throw new GennakerError(
      "not_found",
      `There is no Kubernetes account ${account}. Accounts stand in the configuration, below kubernetes.accounts.`,
    );
  }

  return {
    listKubernetesObjects: async ({ params: { account }, query, signal }) => {
      const { application, namespace, kind } = query;
      const filter = {
        ...(application === undefined ? {} : { application }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(kind === undefined ? {} : { kind }),
      };
      return told(of(account).browse(account, filter, signal));
    },
    getKubernetesObject: async ({ params: { account, kind, name }, query: { namespace }, signal }) => {
      const ref = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
      const found = await told(of(account).show(account, ref, signal));
      if (found === null) throw new GennakerError("not_found", `${account} has no ${kind} ${name}.`);
      const { application, manifestName, live, lastApplied, health, events } = found;
      return {
        application,
        manifestName,
        live,
        lastApplied,
        health: toHealth(health),
        events,
      };
    },
    getKubernetesLogs: async ({ params: { account, namespace }, query, signal }) => {
      const pods = query.pods.split(",").map((name) => name.trim());
      const lines = of(account).cluster.logs(account, namespace, pods, {
        tail: query.tail ?? 200,
        follow: query.follow === "true",
        previous: query.previous === "true",
        ...(query.since === undefined ? {} : { since: query.since }),
        ...(query.container === undefined ? {} : { container: query.container }),
        signal,
      });
      return asText(lines, query.times === "true");
    },
    followKubernetesTree: async ({ params: { application }, query, signal, sees, refusal }) => {
      // Accounts that the caller may not read are left out, as are their objects by themselves.
      const asked = (provider?.cluster.accounts() ?? []).map(async (name) => {
        const refused = await refusal(
          [{ verb: "read", resource: { kind: "account", name: name.toLowerCase() } }],
          null,
        );
        return refused === null ? [name] : [];
      });
      const accounts = (await Promise.all(asked)).flat();
      return asLines(
        treeOf(provider, accounts, { ...query, application, follow: query.follow !== "false", sees, signal }),
      );
    },
    followKubernetesAccountTree: async ({ params: { account }, query, signal, sees }) =>
      asLines(treeOf(of(account), [account], { ...query, follow: query.follow !== "false", sees, signal })),
    getKubernetesTraffic: async ({ params: { application } }) => ({
      loadBalancers: provider?.loadBalancers({ application }) ?? [],
      networkPolicies: provider?.networkPolicies({ application }) ?? [],
    }),
  };
}

/** Without any account an application's tree is empty and whole. */
async function* treeOf(
  provider: KubernetesProvider | null,
  accounts: readonly string[],
  options: TreeOptions,
): AsyncGenerator<KubernetesTreeLine> {
  if (provider === null) yield { type: "state", accounts: [], complete: true, problems: [], truncated: false };
  else yield* provider.tree(accounts, options);
}

async function* asLines(lines: AsyncIterable<KubernetesTreeLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

async function* asText(
  lines: AsyncIterable<{ pod: string; container: string; time: string; text: string }>,
  times: boolean,
): AsyncGenerator<string> {
  try {
    for await (const { pod, container, time, text } of lines)
      yield `${times ? `${time} ` : ""}${pod}/${container}: ${text}\n`;
  } catch (error) {
    throw toGennakerError(error);
  }
}

/** What a cluster says becomes an answer that people understand. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toGennakerError(error);
  }
}
