import type { Client } from "@gennaker/client/client.ts";
import { treeStates, type TreeState } from "@gennaker/client/kubernetes/follow-tree.ts";
import { usageError } from "../../errors.ts";

export type TreeSource = {
  account?: string | undefined;
  application?: string | undefined;
  namespace?: string | undefined;
};

/** The states of a tree: of one account, or with only an application of all. Without `follow` it ends when it is whole. */
export function openTree(
  client: Client,
  { account, application, namespace }: TreeSource,
  options: { follow: boolean; signal?: AbortSignal },
): AsyncGenerator<TreeState> {
  const query = {
    follow: options.follow ? ("true" as const) : ("false" as const),
    ...(namespace === undefined ? {} : { namespace }),
  };
  const more = options.signal === undefined ? {} : { signal: options.signal };
  if (account !== undefined) {
    const asked = { ...query, ...(application === undefined ? {} : { application }) };
    return treeStates(client.stream("followKubernetesAccountTree", { params: { account }, query: asked, ...more }));
  }
  if (application === undefined)
    throw usageError("Say which account, or which application.", [
      "gennaker kubernetes tree ACCOUNT",
      "gennaker kubernetes tree --application APPLICATION",
    ]);
  return treeStates(client.stream("followKubernetesTree", { params: { application }, query, ...more }));
}

/** The whole tree as it is now. */
export async function wholeTree(client: Client, source: TreeSource): Promise<TreeState> {
  let last: TreeState = {
    nodes: new Map(),
    accounts: [],
    complete: false,
    problems: [],
    truncated: false,
  };
  for await (const state of openTree(client, source, { follow: false })) last = state;
  return last;
}
