import type { KubernetesObject } from "@gennaker/contract/resources/kubernetes.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { show } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import { ago } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";

type TreeFlags = ServerFlags & { namespace?: string; application?: string; kind?: string };

export async function showTree(context: CliContext, flags: TreeFlags, account: string): Promise<void> {
  const { client } = await connect(context, flags);
  const { namespace, application, kind } = flags;
  const found = await client.call("listKubernetesObjects", {
    params: { account },
    query: {
      ...(namespace === undefined ? {} : { namespace }),
      ...(application === undefined ? {} : { application }),
      ...(kind === undefined ? {} : { kind }),
    },
  });
  show(context, flags, found, (print) => {
    print.table(
      [
        { title: "OBJECT" },
        { title: "NAMESPACE" },
        { title: "APPLICATION" },
        { title: "HEALTH" },
        { title: "AGE" },
        { title: "WHY", shrinkTo: 10 },
      ],
      treeOrder(found.objects).map(({ object, depth }) => [
        `${branch(depth)}${object.kind} ${object.name}`,
        object.namespace ?? "",
        object.application,
        { text: object.health.state, tone: toneOf(object.health.state) },
        object.createdAt === null ? "" : ago(object.createdAt, Date.now()).replace(" ago", ""),
        object.health.state === "stable" ? "" : object.health.message,
      ]),
      "There are no such objects.",
    );
    for (const problem of found.problems) print.text(`${problem.kind} cannot be listed: ${problem.reason}\n`);
    if (found.truncated) print.text("There are more. Narrow it down with --application, --namespace or --kind.\n");
  });
}

/** Tables drop leading spaces, so the depth is drawn. */
function branch(depth: number): string {
  return depth === 0 ? "" : `${"│ ".repeat(depth - 1)}└ `;
}

/** Owners before what they own, in the given order; an object of several owners stands below the first that is there. */
export function treeOrder(objects: readonly KubernetesObject[]): { object: KubernetesObject; depth: number }[] {
  const known = new Set(objects.map(({ uid }) => uid));
  const parentOf = ({ owners }: KubernetesObject) => owners.find(({ uid }) => known.has(uid))?.uid ?? null;
  const children = Map.groupBy(objects, parentOf);
  const ordered: { object: KubernetesObject; depth: number }[] = [];
  const seen = new Set<string>();
  const add = (parent: string | null, depth: number): void => {
    for (const object of children.get(parent) ?? []) {
      if (seen.has(object.uid)) continue;
      seen.add(object.uid);
      ordered.push({ object, depth });
      add(object.uid, depth + 1);
    }
  };
  add(null, 0);
  // Owners that own each other are nonsense, but nothing is left out for it.
  for (const object of objects) if (!seen.has(object.uid)) ordered.push({ object, depth: 0 });
  return ordered;
}
