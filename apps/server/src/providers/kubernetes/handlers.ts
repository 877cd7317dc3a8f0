import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { KubernetesProvider } from "./create-kubernetes-provider.ts";
import { toGennakerError } from "./to-gennaker-error.ts";

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
      const { live, lastApplied, health, events } = found;
      return {
        live,
        lastApplied,
        health: { ...health, signs: health.signs.map((sign) => ({ ...sign, object: { ...sign.object } })) },
        events,
      };
    },
    getKubernetesLogs: async ({ params: { account, namespace }, query, signal }) => {
      const pods = query.pods.split(",").map((name) => name.trim());
      const lines = of(account).cluster.logs(account, namespace, pods, {
        tail: query.tail ?? 200,
        follow: query.follow === "true",
        previous: query.previous === "true",
        ...(query.container === undefined ? {} : { container: query.container }),
        signal,
      });
      return asText(lines);
    },
    getKubernetesTraffic: async ({ params: { application } }) => ({
      loadBalancers: provider?.loadBalancers({ application }) ?? [],
      networkPolicies: provider?.networkPolicies({ application }) ?? [],
    }),
  };
}

async function* asText(lines: AsyncIterable<{ pod: string; container: string; text: string }>): AsyncGenerator<string> {
  try {
    for await (const { pod, container, text } of lines) yield `${pod}/${container}: ${text}\n`;
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
