import type {
  KubernetesNode,
  KubernetesReach,
  KubernetesTreeLine,
} from "@gennaker/contract/resources/kubernetes-tree.ts";

/** What is known of a resource tree. `nodes` by id: the same map in every state, which grows on. */
export type TreeState = {
  nodes: ReadonlyMap<string, KubernetesNode>;
  accounts: readonly KubernetesReach[];
  /** Every kind was read once. */
  complete: boolean;
  problems: readonly { account: string; kind: string; reason: string }[];
  truncated: boolean;
};

/** The states of a tree's stream, one for each line that says something. Ends with the stream. */
export async function* treeStates(chunks: AsyncIterable<string>): AsyncGenerator<TreeState, void, undefined> {
  const nodes = new Map<string, KubernetesNode>();
  let state: TreeState = { nodes, accounts: [], complete: false, problems: [], truncated: false };
  for await (const line of treeLines(chunks)) {
    if (line.type === "alive") continue;
    if (line.type === "set") for (const node of line.nodes) nodes.set(node.id, node);
    if (line.type === "gone") for (const id of line.ids) nodes.delete(id);
    const { accounts, complete, problems, truncated } = line.type === "state" ? line : state;
    state = { nodes, accounts, complete, problems, truncated };
    yield state;
  }
}

/** Lines, however the text was cut on its way. */
async function* treeLines(chunks: AsyncIterable<string>): AsyncGenerator<KubernetesTreeLine, void, undefined> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield JSON.parse(line) as KubernetesTreeLine;
  }
}
