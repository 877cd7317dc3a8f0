import { describe, expect, test } from "vitest";
import { filterForest, stateCounts } from "./filter.ts";
import { forestOf, type Branch, type Section } from "./forest.ts";
import { rowsOf, type Opened, type Row } from "./rows.ts";
import { node, shopNodes } from "./testing/nodes.ts";
import { treeStates } from "./follow-tree.ts";

const text = (branches: readonly Branch[], depth = 0): string[] =>
  branches.flatMap(({ node: { kind, name }, percent, children }) => [
    `${"  ".repeat(depth)}${kind} ${name}${percent === null ? "" : ` ${percent}%`}`,
    ...text(children, depth + 1),
  ]);
const sections = (forest: readonly Section[]) =>
  Object.fromEntries(forest.map((each) => [each.name, text(each.branches)]));

describe("a forest", () => {
  test("has traffic from its entrance to the Pods, workloads by owners, configuration and the rest", () => {
    expect(sections(forestOf(shopNodes()))).toEqual({
      traffic: [
        "Ingress front",
        "  Service web 100%",
        "    EndpointSlice web-x",
        "      Pod web-2-0",
        "      Pod web-2-1",
      ],
      workloads: ["Deployment web", "  ReplicaSet web-1", "  ReplicaSet web-2", "    Pod web-2-0", "    Pod web-2-1"],
      configuration: ["ConfigMap settings-v001", "ConfigMap settings-v000"],
      other: ["ServiceAccount robot"],
    });
  });

  test("leaves nothing out for owners in circles, ways in circles, or operators between", () => {
    const forest = forestOf([
      node("A", "a", { owners: ["B b"] }),
      node("B", "b", { owners: ["A a"] }),
      node("Gateway", "g", { leadsTo: [{ uid: "HTTPRoute r", percent: null }] }),
      node("HTTPRoute", "r", { leadsTo: [{ uid: "Gateway g", percent: 50 }] }),
      node("Rollout", "web", { apiVersion: "argoproj.io/v1alpha1" }),
      node("ReplicaSet", "web-1", { owners: ["Rollout web"] }),
      node("Kafka", "k"),
      node("Service", "k", { owners: ["Kafka k"] }),
      node("EndpointSlice", "lone"),
    ]);
    expect(sections(forest)).toEqual({
      traffic: ["Gateway g", "  HTTPRoute r", "Service k"],
      workloads: ["Rollout web", "  ReplicaSet web-1"],
      other: ["EndpointSlice lone", "Kafka k", "  Service k", "A a", "  B b"],
    });
  });

  test("a filter keeps what is wanted and the way to it", () => {
    const nodes = shopNodes().map((each) =>
      each.name === "web-2-1"
        ? { ...each, health: { ...each.health, state: "failed" as const, message: "no image" } }
        : each,
    );
    expect(stateCounts(nodes)).toEqual([
      ["failed", 1],
      ["stable", nodes.length - 1],
    ]);
    const workloads = ["Deployment web", "  ReplicaSet web-2", "    Pod web-2-1"];
    expect(sections(filterForest(forestOf(nodes), { state: "failed" }))["workloads"]).toEqual(workloads);
    expect(sections(filterForest(forestOf(nodes), { text: "POD image" }))["workloads"]).toEqual(workloads);
    expect(sections(filterForest(forestOf(nodes), { kind: "ServiceAccount", namespace: "shop" }))).toEqual({
      other: ["ServiceAccount robot"],
    });
    expect(filterForest(forestOf(nodes), { namespace: "elsewhere" })).toEqual([]);
    expect(filterForest(forestOf(nodes), { text: "  " })).toHaveLength(4);
  });
});

describe("rows", () => {
  const opened = (changed: Record<string, boolean> = {}, limits: Record<string, number> = {}): Opened => ({
    isOpen: (key, atFirst) => changed[key] ?? atFirst,
    limit: (key) => limits[key] ?? 50,
  });
  const words = (rows: readonly Row[]) =>
    rows.map((row) => {
      const what =
        row.type === "node"
          ? `${row.node.kind} ${row.node.name}`
          : row.type === "more"
            ? `${row.rest} more`
            : row.type === "section"
              ? row.name
              : `${row.of.what} ×${row.count}`;
      return `${"  ".repeat(row.level - 1)}${what}`;
    });

  test("gather many Pods, idle sets and versions until they are opened", () => {
    const nodes = [
      ...shopNodes(2_000),
      node("ReplicaSet", "web-0", { owners: ["Deployment web"], replicas: { ready: 0, desired: 0 } }),
    ];
    const rows = rowsOf(forestOf(nodes), opened());
    expect(words(rows)).toEqual([
      "traffic",
      "  Ingress front",
      "    Service web",
      "      EndpointSlice web-x",
      "workloads",
      "  Deployment web",
      "    ReplicaSet web-2",
      "      kind ×2000",
      "    idle ×2",
      "configuration",
      "  versions ×2",
      "other",
      "  ServiceAccount robot",
    ]);
    const group = rows.find((row) => row.type === "group")?.key ?? "";
    const some = rowsOf(forestOf(nodes), opened({ [group]: true }));
    expect(some).toHaveLength(rows.length + 51);
    expect(words(some)).toContain("        1950 more");
    expect(rowsOf(forestOf(nodes), opened({ [group]: true }, { [group]: 100 }))).toHaveLength(rows.length + 101);
  });

  test("what failed comes first in a group, and keys stay the same while things change", () => {
    const nodes = shopNodes(20);
    const failing = nodes.map((each) =>
      each.name === "web-2-7" ? { ...each, health: { ...each.health, state: "failed" as const } } : each,
    );
    const key = "workloads>prod/Deployment web>prod/ReplicaSet web-2>(Pod)";
    const rows = rowsOf(forestOf(failing), opened({ [key]: true }));
    const group = rows.findIndex((row) => row.key === key);
    expect(rows[group]).toMatchObject({
      states: [
        ["failed", 1],
        ["stable", 19],
      ],
      open: true,
      level: 4,
    });
    expect(rows[group + 1]).toMatchObject({ key: `${key}>prod/Pod web-2-7`, position: 1, siblings: 20, level: 5 });
  });

  test("are closed and opened by people", () => {
    expect(words(rowsOf(forestOf(shopNodes()), opened({ traffic: false, workloads: false })))).toEqual([
      "traffic",
      "workloads",
      "configuration",
      "  versions ×2",
      "other",
      "  ServiceAccount robot",
    ]);
  });
});

test("a stream's lines become states, wherever the text was cut", async () => {
  const lines = [
    { type: "set", nodes: shopNodes() },
    { type: "alive" },
    {
      type: "state",
      accounts: [{ account: "prod", reachable: true, reason: "" }],
      complete: true,
      problems: [],
      truncated: false,
    },
    { type: "gone", ids: ["prod/Ingress front"] },
  ];
  const whole = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  async function* cut() {
    for (let at = 0; at < whole.length; at += 7) yield whole.slice(at, at + 7);
  }
  const states: { size: number; complete: boolean }[] = [];
  for await (const { nodes, complete } of treeStates(cut())) states.push({ size: nodes.size, complete });
  const all = shopNodes().length;
  expect(states).toEqual([
    { size: all, complete: false },
    { size: all, complete: true },
    { size: all - 1, complete: true },
  ]);
});
