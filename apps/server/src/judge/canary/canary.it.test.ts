import { canaryRun } from "@gennaker/contract/resources/canary.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import { afterAll, expect, test } from "vitest";
import { createMetricAccounts } from "../../observe/metric-sources/registry.ts";
import type { Sample } from "../../observe/samples/api.ts";
import { createSampleStore } from "../../observe/samples/create-sample-store.ts";
import { createAuditLog } from "../../platform/audit/create-audit-log.ts";
import { createDatabase } from "../../platform/database/create-database.ts";
import { migrate } from "../../platform/database/migrate.ts";
import { createEventLog } from "../../platform/events/create-event-log.ts";
import { createCanaryConfigs } from "./configs.ts";
import { createCanaryStages } from "./registry.ts";
import { createCanaryRuns } from "./run/run-report.ts";
import { createCanaryRunStore } from "./run/run-store.ts";
import { execute } from "./fixtures/execute.ts";

const begun = Date.UTC(2026, 4, 4, 10);

const home = await createTestDatabase({ migrate: async (url) => void (await migrate(url)), key: "server-migrations" });
const database = createDatabase({ url: home.url, connections: 4 });
afterAll(async () => {
  await database.close();
  await home.drop();
});

const buckets = ["0.05", "0.1", "0.2", "0.4", "+Inf"];

/** A service's own metrics, second by second: requests, errors and a latency histogram. */
function traffic(group: string, seconds: number, errorsPerSecond: number, slow: boolean): Sample[] {
  const labels = { server_group: group, region: "local", instance: `${group}-1` };
  return Array.from({ length: seconds }, (_, second) => {
    const time = begun + second * 1000 + 137;
    const sample = (name: string, kind: Sample["kind"], value: number, more: Record<string, string> = {}): Sample => ({
      name,
      labels: { ...labels, ...more },
      kind,
      time,
      value,
    });
    const wobble = second % 3;
    const below = slow ? [1, 2, 3, 5, 10] : [4, 8, 9, 10, 10];
    return [
      sample("requests_total", "counter", second * 10, { code: "200" }),
      ...(errorsPerSecond > 0
        ? [sample("requests_total", "counter", second * errorsPerSecond + wobble * 0.1, { code: "500" })]
        : []),
      ...buckets.map((le, at) =>
        sample("duration_seconds_bucket", "histogram", second * (below[at] ?? 0) + wobble * 0.1 * at, { le }),
      ),
    ];
  }).flat();
}

const document: JsonObject = {
  name: "service",
  applications: ["shop"],
  judge: { name: "NetflixACAJudge-v1.0", judgeConfigurations: {} },
  metrics: [
    metric(
      "errors",
      { function: "ratio", metric: "requests_total", where: { code: "500" } },
      { critical: true, effectSize: { criticalIncrease: 1.5 } },
    ),
    metric("latency p90", { function: "quantile", q: 0.9, metric: "duration_seconds" }, {}),
  ],
  classifier: { groupWeights: { all: 100 } },
};

function metric(name: string, query: JsonObject, canary: JsonObject): JsonObject {
  return {
    name,
    query: { type: "gennaker", ...query },
    groups: ["all"],
    analysisConfigurations: { canary: { direction: "increase", ...canary } },
    scopeName: "default",
  };
}

async function judge(canary: string): Promise<ReturnType<typeof execute>> {
  const now = { time: begun };
  const events = createEventLog(database);
  const accounts = createMetricAccounts({ samples: createSampleStore({ database, now: () => now.time }) });
  const canaryConfigs = createCanaryConfigs({
    database,
    audit: createAuditLog(),
    events,
    sources: [...accounts.values()].map((account) => account.source),
  });
  await canaryConfigs.save("service-config", document, { user: "ann", roles: [], via: "api" });
  const types = createCanaryStages({
    providers: new Map(),
    routers: [],
    metricAccounts: accounts,
    canaryConfigs,
    runs: createCanaryRunStore({ database, events }),
  });
  return await execute(
    "kayentaCanary",
    {
      canaryConfig: {
        canaryConfigName: "service",
        metricsAccountName: "builtin",
        lifetimeDuration: "PT60S",
        canaryAnalysisInterval: "PT30S",
        scopes: [
          {
            controlScope: "shop-baseline-v001",
            controlLocation: "local",
            experimentScope: canary,
            experimentLocation: "local",
            step: "1",
          },
        ],
      },
    },
    { types, now },
  );
}

test("from scraped samples to a verdict with reasons and plots", async () => {
  const store = createSampleStore({ database, now: () => begun });
  await store.write(traffic("shop-baseline-v001", 70, 0, false));
  await store.write(traffic("shop-canary-v001", 70, 0, false));
  await store.write(traffic("shop-canary-v002", 70, 1, true));

  const good = await judge("shop-canary-v001");
  expect([good.stage.status, good.stage.outputs["canaryScores"]]).toEqual(["SUCCEEDED", [100, 100]]);
  const runs = await createCanaryRuns(database).canaryRunsOf("execution-1", "stage-1");
  expect(runs.map((run) => [run.index, run.planned, run.verdict, run.score, run.start, run.end])).toEqual([
    [1, 2, "pass", 100, new Date(begun).toISOString(), new Date(begun + 30_000).toISOString()],
    [2, 2, "pass", 100, new Date(begun).toISOString(), new Date(begun + 60_000).toISOString()],
  ]);
  for (const run of runs) expect(canaryRun.parse(run)).toEqual(run);
  expect(runs[1]?.metrics[1]?.series.baseline.values).toHaveLength(60);
  expect(runs[1]?.metrics[1]?.baseline.mean).toBeCloseTo(0.2, 1);
  expect(runs[1]?.groups).toEqual([{ name: "all", score: 100, classification: "Pass", reason: "" }]);
  const events = await database.query<{ data: string }>(
    "select data from platform_event where type = 'canary.run' order by id",
  );
  expect(events.map((event) => JSON.parse(event.data) as JsonObject)).toMatchObject([
    { index: 1, score: 100, verdict: "pass" },
    { index: 2 },
  ]);
  await database.query("delete from judge_canary_run");

  const bad = await judge("shop-canary-v002");
  expect([bad.stage.status, bad.stage.failure?.code]).toEqual(["TERMINAL", "canary.failed"]);
  expect(bad.stage.failure?.message).toMatch(
    /^The canary failed with score 0 \(must be above 50\): errors high: canary mean 9\.\d+ % against the baseline's 0 %; the metric is critical; latency p90 high: canary mean 400 ms is 1\.\d+× the baseline's 2\d\d ms\.$/,
  );
  const [failed] = await createCanaryRuns(database).canaryRunsOf("execution-1", "stage-1");
  expect(failed?.metrics.map((one) => [one.name, one.classification, one.critical])).toEqual([
    ["errors", "High", true],
    ["latency p90", "High", false],
  ]);
  await database.query("delete from judge_canary_run");

  const silent = await judge("shop-canary-v003");
  expect([silent.stage.status, silent.stage.failure?.code]).toEqual(["TERMINAL", "canary.noData"]);
  const [empty] = await createCanaryRuns(database).canaryRunsOf("execution-1", "stage-1");
  expect(empty?.verdict).toBe("inconclusive");
  expect(empty?.groups).toEqual([{ name: "all", score: null, classification: "Nodata", reason: "" }]);
  expect(empty?.metrics[0]?.reason).toMatch(/^No data: the canary has no sample, the baseline has (29|30)$/);
  expect(empty?.metrics[0]?.series.canary.values).toEqual(Array<null>(30).fill(null));
  expect(canaryRun.parse(empty)).toEqual(empty);
});

test("a run is stored once, whoever stores it, and another pass begins a new list", async () => {
  const store = createCanaryRunStore({ database, events: createEventLog(database) });
  const base = {
    executionId: "e",
    stageId: "s",
    analysisId: "a1",
    index: 1,
    planned: 1,
    application: "shop",
    window: { start: begun, end: begun + 1000 },
    score: 90,
    classification: "Pass",
    verdict: "pass" as const,
    reason: "first",
    config: document,
    pairs: [],
    facts: {
      configId: null,
      thresholds: { pass: null, marginal: 50 },
      scopes: { baseline: "b", canary: "c" },
      warnings: ["few"],
    },
    resultText:
      '{"judgeName":"j","results":[],"groupScores":[],"score":{"score":90.0,"classification":"Pass","classificationReason":""}}',
  };
  await Promise.all([1, 2, 3].map((at) => store.add({ ...base, judgedAt: new Date(begun + at), reason: `try ${at}` })));
  const summaries = await store.summaries("e", "s", "a1");
  expect(summaries).toHaveLength(1);
  expect(summaries[0]).toMatchObject({ index: 1, score: 90, warnings: ["few"] });
  const [events] = await database.query<{ n: number }>(
    "select count(*) as n from platform_event where type = 'canary.run' and subject = 'e'",
  );
  expect(events?.n).toBe(1);
  await store.add({ ...base, analysisId: "a2", judgedAt: new Date(begun + 10_000), reason: "again" });
  expect((await createCanaryRuns(database).canaryRunsOf("e", "s")).map((run) => run.reason)).toEqual(["again"]);
  expect(await createCanaryRuns(database).canaryRunsOf("e", "other")).toEqual([]);
});
