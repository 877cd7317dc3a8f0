import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { kindName } from "./manifest.ts";

/** Events come without the tree being told, so an open object is read again now and then. */
const eventsEveryMs = 5_000;

/** One object as it is. `version` changes with the tree's node, so that a change is read at once. */
export function objectQuery(node: KubernetesNode, version: string) {
  const { account, name, namespace } = node;
  return queryOptions({
    queryKey: [...keys.kubernetesObject(node.id), version],
    queryFn: ({ signal }) =>
      api.call("getKubernetesObject", {
        params: { account, kind: kindName(node), name },
        query: namespace === null ? {} : { namespace },
        signal,
      }),
    refetchInterval: eventsEveryMs,
    placeholderData: (before) => before,
  });
}

/** What applying the manifest again would change. */
export function wantedQuery(node: KubernetesNode, wanted: Readonly<Record<string, unknown>>) {
  return queryOptions({
    queryKey: [...keys.kubernetesObject(node.id), "wanted", JSON.stringify(wanted)],
    queryFn: ({ signal }) =>
      api.call("diffKubernetesManifests", {
        params: { account: node.account },
        body: { manifests: [wanted] },
        signal,
      }),
  });
}
