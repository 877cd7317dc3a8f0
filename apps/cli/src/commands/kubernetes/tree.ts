import { filterForest, matches, type HealthState, type TreeFilter } from "@gennaker/client/kubernetes/filter.ts";
import type { TreeState } from "@gennaker/client/kubernetes/follow-tree.ts";
import { forestOf } from "@gennaker/client/kubernetes/forest.ts";
import { rowsOf, type GroupOf, type Row } from "@gennaker/client/kubernetes/rows.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show, type Printer } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import type { Cell } from "../../output/table.ts";
import { ago } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";
import { openTree, wholeTree } from "./read-tree.ts";
import { watchTree } from "./watch-tree.ts";

export type TreeFlags = ServerFlags & {
  namespace?: string;
  application?: string;
  kind?: string;
  health?: string;
  text?: string;
  all?: boolean;
  watch?: boolean;
};

const states: readonly HealthState[] = ["stable", "progressing", "failed", "paused", "unknown"];

export async function showTree(context: CliContext, flags: TreeFlags, account?: string): Promise<number> {
  const filter = filterOf(flags);
  const { client } = await connect(context, flags);
  const source = { account, application: flags.application, namespace: flags.namespace };
  if (flags.watch === true)
    return watchTree(context, (signal) => openTree(client, source, { follow: true, signal }), {
      json: flags.json === true,
      filter,
      print: (print, state) => printTree(print, state, filter, flags.all === true),
    });
  const state = await wholeTree(client, source);
  const { accounts, problems, truncated } = state;
  const nodes = [...state.nodes.values()].filter((node) => matches(node, filter));
  show(context, flags, { accounts, nodes, problems, truncated }, (print) =>
    printTree(print, state, filter, flags.all === true),
  );
  return exitCodes.ok;
}

function filterOf({ kind, health, text }: TreeFlags): TreeFilter {
  const state = states.find((each) => each === health);
  if (health !== undefined && state === undefined)
    throw usageError(`"${health}" is no health.`, [`One of ${states.join(", ")}.`]);
  return { text, state, kind };
}

/** The tree as a table; what is many of a kind is one line, unless all is wanted. */
function printTree(print: Printer, state: TreeState, filter: TreeFilter, all: boolean): void {
  for (const { account, reachable, reason } of state.accounts)
    if (!reachable) print.text(`${print.style("bad", account)} does not answer: ${reason}\n`);
  const sections = filterForest(forestOf(state.nodes.values()), filter);
  const opened = { isOpen: (_key: string, atFirst: boolean) => all || atFirst, limit: () => Number.POSITIVE_INFINITY };
  print.table(
    [
      { title: "OBJECT" },
      { title: "NAMESPACE" },
      { title: "HEALTH" },
      { title: "READY" },
      { title: "VERSION", shrinkTo: 10 },
      { title: "TRAFFIC", shrinkTo: 10 },
      { title: "AGE" },
      { title: "WHY", shrinkTo: 10 },
    ],
    rowsOf(sections, opened, true).map((row) => cells(row, state)),
    "There are no such objects.",
  );
  for (const problem of state.problems)
    print.text(`${problem.account}: ${problem.kind} cannot be listed: ${problem.reason}\n`);
  if (state.truncated) print.text("There are more. Narrow it down with --application or --namespace.\n");
}

function cells(row: Row, state: TreeState): Cell[] {
  if (row.type === "section") return [{ text: row.name, tone: "strong" }, "", "", "", "", "", "", ""];
  const branch = row.level <= 2 ? "" : `${"│ ".repeat(row.level - 3)}└ `;
  if (row.type === "more") return [`${branch}${row.rest} more`, "", "", "", "", "", "", ""];
  if (row.type === "group") {
    const counts = row.states.map(([name, n]) => `${n} ${name}`).join(", ");
    const [worst] = row.states;
    const tone = worst === undefined ? "plain" : toneOf(worst[0]);
    return [`${branch}${groupWords(row.of, row.count)}`, "", { text: counts, tone }, "", "", "", "", ""];
  }
  const { node, percent } = row;
  const { health, replicas, createdAt } = node;
  const traffic = [
    ...(percent === null ? [] : [`gets ${percent}%`]),
    ...node.traffic.map((each) => `${each.percent}% of ${each.service}`),
    ...(node.kind === "ConfigMap" || node.kind === "Secret" ? [isUsed(node.id, state) ? "in use" : "not in use"] : []),
  ];
  return [
    `${branch}${node.kind} ${node.name}`,
    node.namespace ?? "",
    { text: health.state, tone: toneOf(health.state) },
    replicas === null ? "" : `${replicas.ready}/${replicas.desired}`,
    node.version,
    traffic.join(", "),
    createdAt === null ? "" : ago(createdAt, Date.now()).replace(" ago", ""),
    health.state === "stable" ? "" : health.message,
  ];
}

function groupWords(of: GroupOf, count: number): string {
  if (of.what === "kind") return `${count} × ${of.kind}`;
  if (of.what === "idle") return `${count} earlier revisions, scaled to nothing`;
  return `${of.kind} ${of.name}: ${count} versions`;
}

function isUsed(id: string, { nodes }: TreeState): boolean {
  for (const { account, uses } of nodes.values()) if (uses.some((uid) => `${account}/${uid}` === id)) return true;
  return false;
}
