import { node, shopNodes } from "@gennaker/client/kubernetes/testing/nodes.ts";
import { describe, expect, test } from "vitest";
import { runAgainst } from "../../testing/stub-api.ts";
import { drift } from "./get.ts";

const failing = shopNodes().map((each) =>
  each.name === "web-2-1"
    ? { ...each, health: { ...each.health, state: "failed" as const, message: "the image cannot be pulled" } }
    : each,
);
const lines = (...nodes: ReturnType<typeof shopNodes>) =>
  [
    { type: "set", nodes },
    {
      type: "state",
      accounts: [
        { account: "prod", reachable: true, reason: "" },
        { account: "away", reachable: false, reason: "no route" },
      ],
      complete: true,
      problems: [{ account: "prod", kind: "secret", reason: "forbidden" }],
      truncated: true,
    },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
const object = {
  application: "shop",
  manifestName: "deployment web",
  live: { metadata: { namespace: "shop" }, spec: { replicas: 5 } },
  lastApplied: { spec: { replicas: 2 } },
  health: {
    state: "failed",
    message: "0 of 2",
    signs: [{ code: "image.pull", message: "no image", object: {}, fatal: true }],
    decidedBy: { source: "user", rule: "Deployment 1" },
  },
  events: [{ type: "Warning", reason: "Failed", message: "pull", count: 3, firstAt: null, lastAt: null }],
};
const web = "GET /accounts/prod/kubernetes/objects/deployment/web";

describe("a tree", () => {
  const account = "GET /accounts/prod/kubernetes/tree";

  test("has traffic, owners and configuration, with health and the reason", async () => {
    const { out, code } = await runAgainst({ [account]: lines(...failing) }, ["kubernetes", "tree", "prod"]);
    expect(code).toBe(0);
    expect(out).toMatch(/traffic\s+Ingress front .*\n└ Service web .*gets 100%.*\n│ └ EndpointSlice/);
    expect(out).toMatch(/workloads\s+Deployment web +shop +stable +2\/2 +2\.1/);
    expect(out).toMatch(/│ └ Pod web-2-1 .*failed .*cannot be pulled/);
    expect(out).toMatch(/└ ConfigMap settings-v001 .*in use[\s\S]*└ ConfigMap settings-v000 .*not in use/);
    expect(out).toContain("away does not answer: no route");
    expect(out).toContain("prod: secret cannot be listed: forbidden");
    expect(out).toContain("There are more.");
  });

  test("of an application is of all accounts, and is narrowed down", async () => {
    const answers = { "GET /applications/shop/kubernetes/tree": lines(...failing) };
    const { out } = await runAgainst(answers, ["kubernetes", "tree", "--application", "shop", "--health", "failed"]);
    expect(out).toContain("Pod web-2-1");
    expect(out).not.toContain("Pod web-2-0");
    const json = await runAgainst(answers, ["kubernetes", "tree", "--application", "shop", "--kind", "pod", "--json"]);
    const found = JSON.parse(json.out) as { nodes: { kind: string }[]; truncated: boolean };
    expect([found.nodes.map(({ kind }) => kind), found.truncated]).toEqual([["Pod", "Pod"], true]);
    expect((await runAgainst({}, ["kubernetes", "tree"])).err).toContain("Say which account, or which application.");
    expect((await runAgainst({}, ["kubernetes", "tree", "prod", "--health", "fine"])).err).toContain("is no health");
  });

  test("of many Pods is short, unless all are wanted", async () => {
    const answers = { [account]: lines(...shopNodes(50)) };
    expect((await runAgainst(answers, ["kubernetes", "tree", "prod"])).out).toMatch(/└ 50 × Pod +50 stable/);
    const all = (await runAgainst(answers, ["kubernetes", "tree", "prod", "--all"])).out;
    expect(all.match(/Pod web-2-/g)).toHaveLength(100);
  });

  test("that is watched tells what comes, changes and goes, line by line", async () => {
    const stream = `${lines(...failing)}${JSON.stringify({ type: "gone", ids: ["prod/Ingress front"] })}\n`;
    const { out } = await runAgainst({ [account]: stream }, [
      "kubernetes",
      "tree",
      "prod",
      "--watch",
      "--text",
      "front",
    ]);
    expect(out.replaceAll(/^\S+ /gm, "")).toBe("Ingress shop/front stable: fine\nIngress shop/front is gone\n");
    const json = await runAgainst({ [account]: lines(node("Pod", "a")) }, [
      "kubernetes",
      "tree",
      "prod",
      "-w",
      "--json",
    ]);
    expect(JSON.parse(json.out)).toMatchObject({ type: "set", node: { name: "a" } });
  });
});

describe("one object", () => {
  test("is shown with its signs, the rule, its drift and its events", async () => {
    const { out } = await runAgainst({ [web]: object }, [
      "kubernetes",
      "get",
      "prod",
      "deployment",
      "web",
      "-n",
      "shop",
    ]);
    expect(out).toMatch(
      /deployment web: failed {2}0 of 2\n {2}decided by your own rule Deployment 1\n {2}image.pull {2}no image\n {2}\/spec\/replicas: applied 2, is 5/,
    );
    expect(out).toMatch(/Warning +Failed +3 +pull/);
    const events = await runAgainst({ [web]: object }, ["kubernetes", "events", "prod", "deployment", "web"]);
    expect(events.out).toMatch(/Warning +Failed +3 +pull/);
  });

  test.each([
    [["scale", "prod", "deployment", "web", "5"], { type: "scaleManifest", replicas: 5 }],
    [["restart", "prod", "deployment", "web"], { type: "rollingRestartManifest" }],
    [["pause", "prod", "deployment", "web"], { type: "pauseRolloutManifest" }],
    [["resume", "prod", "deployment", "web"], { type: "resumeRolloutManifest" }],
    [["undo", "prod", "deployment", "web", "--revision", "7"], { type: "undoRolloutManifest", revision: 7 }],
    [["undo", "prod", "deployment", "web"], { type: "undoRolloutManifest", numRevisionsBack: 1 }],
    [["delete", "prod", "deployment", "web", "--yes"], { type: "deleteManifest", options: { cascading: true } }],
    [["delete", "prod", "deployment", "web", "--yes", "--orphan"], { options: { cascading: false } }],
  ])("%j is a stage of Spinnaker, run for the object's application, with the reason", async (args, job) => {
    const answers = { [web]: object, "POST /operations": { id: "01RUN" } };
    const { asked, out, code } = await runAgainst(answers, ["kubernetes", ...args, "--reason", "why", "--detach"]);
    expect([code, out]).toEqual([0, expect.stringContaining("execution watch 01RUN")]);
    const place = { account: "prod", location: "shop", manifestName: "deployment web" };
    expect(asked.at(-1)?.body).toMatchObject({ application: "shop", reason: "why", job: [{ ...place, ...job }] });
  });

  test("is not deleted without a question, nor scaled to nonsense", async () => {
    const deleted = await runAgainst({ [web]: object }, ["kubernetes", "delete", "prod", "deployment", "web"]);
    expect([deleted.code, deleted.asked]).toEqual([2, []]);
    const scaled = await runAgainst({}, ["kubernetes", "scale", "prod", "deployment", "web", "many"]);
    expect(scaled.err).toContain('"many" is no number of replicas');
  });
});

describe("a difference", () => {
  const diff = (summary: object, objects: object[]) => ({
    account: "prod",
    summary: { create: 0, change: 0, delete: 0, unchanged: 0, refused: 0, ...summary },
    objects,
    warnings: [{ code: "volume.readWriteOnce", message: "the old Pod holds the volume", object: {} }],
  });
  const one = { kind: "Deployment", name: "web", namespace: "shop", checked: true, error: null };
  const changes = [
    { op: "change", path: "spec.replicas", before: 2, after: 3 },
    { op: "add", path: "metadata.labels.a", after: "b" },
  ];
  const path = "POST /accounts/prod/kubernetes/diff";

  test("is shown field by field, of what stands in standard input", async () => {
    const answers = { [path]: diff({ change: 1 }, [{ ...one, action: "change", changes }]) };
    const { out, asked, code } = await runAgainst(
      answers,
      ["kubernetes", "diff", "prod", "--application", "shop"],
      "kind: A",
    );
    expect(asked[0]?.body).toEqual({ text: "kind: A", application: "shop" });
    expect(out).toContain(
      "change Deployment shop/web\n  - spec.replicas: 2\n  + spec.replicas: 3\n  + metadata.labels.a: b\n",
    );
    expect(out).toContain("warning the old Pod holds the volume");
    expect([code, out.trim().split("\n").at(-1)]).toEqual([0, "1 change"]);
    expect((await runAgainst(answers, ["kubernetes", "diff", "prod", "--exit-code"], "kind: A")).code).toBe(1);
  });

  test("that the cluster would refuse fails with its words", async () => {
    const refused = {
      ...one,
      action: "refused",
      changes: [],
      error: { code: "kubernetes.invalid", message: "replicas: must be ≥ 0" },
    };
    const { out, code } = await runAgainst(
      { [path]: diff({ refused: 1 }, [refused]) },
      ["kubernetes", "diff", "prod"],
      "x",
    );
    expect([code, out]).toEqual([1, expect.stringContaining("replicas: must be ≥ 0")]);
    const missing = await runAgainst({}, ["kubernetes", "diff", "prod", "--file", "/nowhere/web.yaml"]);
    expect(missing.err).toContain("/nowhere/web.yaml cannot be read");
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

describe("logs", () => {
  const path = "GET /accounts/prod/kubernetes/logs/shop";
  const run = (...args: string[]) =>
    runAgainst({ [path]: "a/web: hello\nb/web: you\n", "GET /accounts/prod/kubernetes/tree": lines(...shopNodes()) }, [
      "kubernetes",
      "logs",
      "prod",
      "shop",
      ...args,
    ]);

  test("of several Pods are asked for at once and printed as they are", async () => {
    const { asked, code, out } = await run("a,b", "--tail", "5", "--since", "5m");
    expect([code, out]).toEqual([0, "a/web: hello\nb/web: you\n"]);
    expect(asked.map((each) => each.path)).toEqual(["/accounts/prod/kubernetes/logs/shop"]);
  });

  test("of a workload are of its Pods", async () => {
    const { asked, code } = await run("deployment/web");
    expect([code, asked.map((each) => each.path.split("/").at(-1))]).toEqual([0, ["tree", "shop"]]);
    expect((await run("deployment/none")).err).toContain("There is no deployment none");
    expect((await run("configmap/settings-v001")).err).toContain("has no Pods now");
    expect((await run("a", "--since", "soon")).err).toContain('"soon" is no time');
  });
});
