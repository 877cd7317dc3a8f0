import type { KubernetesObject } from "@gennaker/contract/resources/kubernetes.ts";
import { describe, expect, test } from "vitest";
import { runAgainst } from "../../testing/stub-api.ts";
import { drift } from "./get.ts";
import { treeOrder } from "./tree.ts";

const object = (
  kind: string,
  name: string,
  owner?: string,
  state: "stable" | "failed" = "stable",
): KubernetesObject => ({
  apiVersion: "v1",
  kind,
  name,
  namespace: "shop",
  uid: name,
  application: "shop",
  cluster: `${kind} ${name}`,
  createdAt: null,
  owners: owner === undefined ? [] : [{ kind: "x", name: owner, uid: owner }],
  health: { state, message: state === "failed" ? "the image cannot be pulled" : "fine", signs: [] },
});

describe("objects of a cluster", () => {
  const objects = [
    object("Pod", "pod", "set", "failed"),
    object("Deployment", "web"),
    object("ReplicaSet", "set", "web"),
  ];

  test("stand below their owners, with health and the reason", async () => {
    const answers = {
      "GET /accounts/prod/kubernetes/objects": {
        objects,
        problems: [{ kind: "secret", reason: "forbidden" }],
        truncated: true,
      },
    };
    const { out } = await runAgainst(answers, ["kubernetes", "tree", "prod", "--application", "shop"]);
    expect(out).toMatch(
      /Deployment web +shop[\s\S]*\n└ ReplicaSet set[\s\S]*\n│ └ Pod pod .*failed .*cannot be pulled/,
    );
    expect(out).toContain("secret cannot be listed: forbidden");
    expect(out).toContain("There are more.");
  });

  test("are all there whatever their owners are", () => {
    const circle = [object("A", "a", "b"), object("B", "b", "a"), object("C", "c", "elsewhere")];
    expect(treeOrder(circle).map(({ object: { name }, depth }) => [name, depth])).toEqual([
      ["c", 0],
      ["a", 0],
      ["b", 0],
    ]);
  });

  test("one is shown with its signs, its drift and its events", async () => {
    const answers = {
      "GET /accounts/prod/kubernetes/objects/deployment/web": {
        live: { spec: { replicas: 5 } },
        lastApplied: { spec: { replicas: 2 } },
        health: {
          state: "failed",
          message: "0 of 2",
          signs: [{ code: "image.pull", message: "no image", object: {}, fatal: true }],
        },
        events: [{ type: "Warning", reason: "Failed", message: "pull", count: 3, firstAt: null, lastAt: null }],
      },
    };
    const { out } = await runAgainst(answers, ["kubernetes", "get", "prod", "deployment", "web", "-n", "shop"]);
    expect(out).toMatch(
      /deployment web: failed {2}0 of 2\n {2}image.pull {2}no image\n {2}\/spec\/replicas: applied 2, is 5/,
    );
    expect(out).toMatch(/Warning +Failed +3 +pull/);
  });
});

test("drift is what was applied and is no longer so, not what others added", () => {
  const applied = {
    metadata: { labels: { a: "1", "x/y": "2" } },
    spec: { list: [{ n: 1 }, { n: 2 }], empty: {}, gone: null },
  };
  const is = {
    metadata: { labels: { a: "1", "x/y": "3", more: "" } },
    spec: { list: [{ n: 1, d: 0 }, { n: 9 }] },
    status: {},
  };
  expect(drift(applied, is)).toEqual([
    { at: "/metadata/labels/x~1y", applied: '"2"', is: '"3"' },
    { at: "/spec/list/1/n", applied: "2", is: "9" },
  ]);
  expect(drift({ list: [1] }, { list: [1, 2] })).toEqual([{ at: "/list", applied: "[1]", is: "[1,2]" }]);
  expect(drift({ a: 1 }, {})).toEqual([{ at: "/a", applied: "1", is: "nothing" }]);
});

test("what leads to an application is listed with its reach", async () => {
  const place = { account: "prod", region: "shop", application: "shop" };
  const answers = {
    "GET /applications/shop/kubernetes/traffic": {
      loadBalancers: [
        {
          ...place,
          name: "service web",
          serverGroups: [],
          services: [],
          addresses: ["10.0.0.1"],
          health: { status: "progressing", code: "service.noEndpoints", reason: "nothing answers" },
        },
      ],
      networkPolicies: [
        { ...place, name: "networkPolicy deny", serverGroups: ["replicaSet web"], policyTypes: ["Ingress"] },
      ],
    },
  };
  const { out } = await runAgainst(answers, ["kubernetes", "traffic", "shop"]);
  expect(out).toMatch(/service web +prod\/shop +progressing +10.0.0.1 +\(none\) +nothing answers/);
  expect(out).toMatch(/networkPolicy deny +prod\/shop +Ingress +replicaSet web/);
});

test("logs of several Pods are asked for at once", async () => {
  const { asked, code } = await runAgainst({ "GET /accounts/prod/kubernetes/logs/shop": "a/web: hello" }, [
    "kubernetes",
    "logs",
    "prod",
    "shop",
    "a,b",
    "--tail",
    "5",
  ]);
  expect(code).toBe(0);
  expect(asked.map(({ path }) => path)).toEqual(["/accounts/prod/kubernetes/logs/shop"]);
});
