import { describe, expect, test } from "vitest";
import { aServerGroup, aStage, anExecution } from "../testing/builders.ts";
import { runAgainst } from "../testing/stub-api.ts";

const figures = { min: 1, max: 9, mean: 104.25, std: 1, count: 60 };
const run = (index: number, fields: object = {}) => ({
  id: `R${index}`,
  executionId: "E",
  stageId: "S2",
  index,
  planned: 2,
  start: "2026-05-04T10:00:00.000Z",
  end: "2026-05-04T10:01:00.000Z",
  judgedAt: "2026-05-04T10:01:01.000Z",
  score: 42.5,
  scoreReason: "",
  classification: "Fail",
  verdict: "fail",
  reason: "the latency is High",
  thresholds: { pass: 75, marginal: 50 },
  groups: [{ name: "latency", score: 42.5, classification: "Fail", reason: "1 of 2 passed" }],
  metrics: [
    {
      name: "p99",
      groups: ["latency"],
      tags: {},
      classification: "High",
      reason: "p99 is 3 times the baseline's",
      critical: true,
      ratio: 3.01234,
      baseline: figures,
      canary: { ...figures, mean: 314 },
      series: { baseline: { start: "", stepMs: 1, values: [] }, canary: { start: "", stepMs: 1, values: [] } },
    },
  ],
  scopes: { baseline: "shop-web-baseline-v000", canary: "shop-web-canary-v000" },
  ...fields,
});
const canary = {
  "GET /executions/E": anExecution({
    id: "E",
    stages: [aStage({ refId: "1" }), aStage({ refId: "2", type: "kayentaCanary" })],
  }),
  "GET /executions/E/stages/S2/canary-runs": [
    run(1, { score: null, verdict: "inconclusive", reason: "no data" }),
    run(2),
  ],
};

describe("canaries", () => {
  test("a report has the score, the groups, and each metric with its reason", async () => {
    const { code, out } = await runAgainst(canary, ["canary", "report", "E"]);
    expect(code).toBe(0);
    expect(out).toMatch(/Verdict +fail\nWhy +the latency is High\nScore +42\.5 \(pass at 75, marginal at 50\)/);
    expect(out).toMatch(/latency +42\.5 +1 of 2 passed/);
    expect(out).toMatch(/p99 \(critical\) +High +latency +104\.3 +314 +3\.012 +p99 is 3 times the baseline's/);
  });

  test("the runs are listed, one can be chosen, and JSON is the resource itself", async () => {
    expect((await runAgainst(canary, ["canary", "runs", "E"])).out).toMatch(
      /1\/2 +S2 +none +inconclusive +1m 00s .*no data\n2\/2/,
    );
    expect((await runAgainst(canary, ["canary", "report", "E", "--run", "1"])).out).toContain("inconclusive");
    expect(JSON.parse((await runAgainst(canary, ["canary", "report", "E", "--json"])).out)).toEqual(run(2));
    expect(await runAgainst(canary, ["canary", "report", "E", "--run", "9"])).toMatchObject({ code: 1, out: "" });
  });

  test("a config is saved under the id that its name has already, and found by its name", async () => {
    const config = {
      id: "c1",
      name: "latency",
      applications: ["shop"],
      updatedAt: "2026-05-04T10:00:00.000Z",
      document: { name: "latency", metrics: [] },
    };
    const answers = {
      "GET /canary-configs": [config],
      "PUT /canary-configs/c1": config,
      "DELETE /canary-configs/c1": {},
    };
    const saved = await runAgainst(
      answers,
      ["canary", "config", "save", "--file", "-"],
      [Buffer.from('{"name":"latency","metrics":[]}')],
    );
    expect(saved.asked.at(-1)).toEqual({
      method: "PUT",
      path: "/canary-configs/c1",
      body: { name: "latency", metrics: [] },
    });
    expect(JSON.parse((await runAgainst(answers, ["canary", "config", "get", "latency"])).out)).toEqual(
      config.document,
    );
    expect((await runAgainst(answers, ["canary", "config", "list"])).out).toMatch(/c1 +latency +0 +shop/);
    expect((await runAgainst(answers, ["canary", "config", "delete", "latency", "--yes"])).asked.at(-1)?.method).toBe(
      "DELETE",
    );
    expect((await runAgainst(answers, ["canary", "config", "get", "gone"])).err).toMatch(
      /no canary config "gone"[\s\S]*c1 {2}latency/,
    );
  });
});

describe("clusters", () => {
  const groups = [
    aServerGroup({
      name: "shop-web-v001",
      canaryRole: "canary",
      health: { status: "failed", code: "x", reason: "exits with 1" },
    }),
    aServerGroup({ name: "shop-web-v000", disabled: true }),
  ];
  const clusters = [
    { name: "shop-web", account: "local", cloudProvider: "hosts", application: "shop", serverGroups: groups },
  ];
  const answers = { "GET /applications": [{ name: "shop" }], "GET /applications/shop/clusters": clusters };

  test("show roles, health with its reason, and the traffic", async () => {
    const { out } = await runAgainst(answers, ["cluster", "list", "shop"]);
    expect(out).toMatch(/shop-web-v001 \[canary\] +local\/local +failed +0\/2 .*exits with 1/);
    expect(out).toMatch(/shop-web-v000 .*disabled: takes no traffic/);
    expect(await runAgainst(answers, ["cluster", "get", "shop", "gone"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("It has: shop-web") as string,
    });
  });

  test("an operation is sent as one job with the target, the size and the reason", async () => {
    const sent = await runAgainst({ ...answers, "POST /operations": { id: "E1" } }, [
      "server-group",
      "resize",
      "shop-web-v001",
      "5",
      "--detach",
      "--reason",
      "sale",
    ]);
    expect(sent.asked.at(-1)?.body).toMatchObject({
      application: "shop",
      description: "Resize shop-web-v001 to 5 (sale)",
      job: [
        {
          type: "resizeServerGroup",
          serverGroupName: "shop-web-v001",
          account: "local",
          region: "local",
          capacity: { min: 1, max: 5, desired: 5 },
        },
      ],
    });
    expect(sent.out).toContain("gennaker execution watch E1");
  });
});
