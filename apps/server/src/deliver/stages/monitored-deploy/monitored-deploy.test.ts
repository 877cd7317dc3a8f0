import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { defaultStageSettings } from "../../../platform/config/stage-settings.ts";
import type { HttpAnswer } from "../deps.ts";
import { cluster, createScene, web } from "../testing/scene.ts";

const monitor = {
  id: "m",
  name: "Sage",
  baseUrl: "https://sage.example/",
  maxAnalysisMinutes: 30,
  failOnError: true,
  stable: true,
};
const directive = (word: string | null, message = ""): HttpAnswer => ({
  status: 200,
  headers: {},
  body: JSON.stringify({ nextStep: { directive: word }, statusReason: { message } }),
  truncated: false,
});

/** Deploys by 50 and 100 % beside app-v000; `say` answers the monitor's calls by path and progress. */
async function deploy(
  say: (path: string, progress: unknown) => HttpAnswer,
  more: JsonObject = {},
  own: Partial<typeof monitor> = {},
) {
  const settings = {
    ...defaultStageSettings(),
    monitoredDeploy: { deploymentMonitors: [{ ...monitor, ...own }] },
  };
  const scene = await createScene({
    deps: { settings },
    answer: ({ url, body }) => say(new URL(url).pathname, (JSON.parse(body ?? "{}") as JsonObject)["currentProgress"]),
  });
  await scene.existing();
  const document = cluster({
    strategy: "monitored",
    deploySteps: [50],
    deploymentMonitor: { id: "m", parameters: { team: "x" } },
    ...more,
  });
  const outcome = await scene.run("createServerGroup", { context: document });
  const asked = scene.requests.map(
    ({ url, body }) => [new URL(url).pathname, JSON.parse(body ?? "{}") as JsonObject] as const,
  );
  return { ...outcome, scene, asked };
}

test("grows step by step, asks the monitor after each, and tells it of the end", async () => {
  const { stage, scene, asked } = await deploy(() => directive("continue"), { scaleDown: false });
  expect(stage.failure).toBeNull();
  expect(stage.status).toBe("SUCCEEDED");
  expect(asked.map(([path, body]) => [path, body["currentProgress"] ?? body["status"] ?? null])).toEqual([
    ["/deployment/starting", null],
    ["/deployment/evaluateHealth", 50],
    ["/deployment/evaluateHealth", 100],
    ["/deployment/completed", "success"],
  ]);
  expect(asked[1]?.[1]).toMatchObject({
    application: "app",
    executionId: "run",
    deploymentId: stage.id,
    oldServerGroup: "app-v000",
    newServerGroup: "app-v001",
    account: "local",
    region: "local",
    parameters: { team: "x" },
  });
  expect(scene.requests.every(({ configured, method }) => configured === true && method === "POST")).toBe(true);
  expect(scene.router.shares(web)).toEqual({ "app-v001": 100 });
  expect(scene.router.dead).toEqual([]);
});

test("complete skips to 100 %", async () => {
  const { stage, asked } = await deploy((_path, progress) => directive(progress === 10 ? "complete" : "continue"), {
    deploySteps: [10, 40],
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(asked.map(([, body]) => body["currentProgress"] ?? null)).toEqual([null, 10, 100, null]);
});

test.each<[JsonObject, string, string[], string]>([
  [{ rollback: "Automatic", destroyInstances: true }, "success", ["app-v000"], "not healthy: too many errors"],
  [{ rollback: "Manual" }, "success", ["app-v000", "app-v001"], "not healthy: too many errors"],
  [{}, "not_performed", ["app-v000", "app-v001"], "not healthy: too many errors"],
])("abort ends the deploy, which goes back as %j says", async (failureActions, rollback, left, words) => {
  const { stage, scene, asked } = await deploy(
    (_path, progress) => (progress === 50 ? directive("abort", "too many errors") : directive("continue")),
    { failureActions },
  );
  expect(stage.status).toBe("TERMINAL");
  expect(stage.failure?.message).toContain(words);
  expect(scene.provider.names()).toEqual(left);
  expect(asked.at(-1)).toEqual(["/deployment/completed", expect.objectContaining({ status: "failure", rollback })]);
});

test("wait asks again, and a monitor that never decides is late", async () => {
  let looks = 0;
  const { stage, waits } = await deploy((path) =>
    directive(path.endsWith("starting") && (looks += 1) < 3 ? "wait" : "continue"),
  );
  expect([stage.status, waits.filter(({ code }) => code === "monitor.waiting").length]).toEqual(["SUCCEEDED", 2]);
  const late = await deploy(() => directive("wait"));
  expect(late.stage.failure?.message).toContain("did not decide in the time it has; the deploy ends");
});

const broken: HttpAnswer = { status: 500, headers: {}, body: "", truncated: false };

test.each<[Partial<typeof monitor>, JsonObject, string]>([
  [{}, {}, "TERMINAL"],
  [{ failOnError: false }, {}, "FAILED_CONTINUE"],
  [{}, { deploymentMonitor: { id: "m", failOnErrorOverride: false } }, "FAILED_CONTINUE"],
])("a monitor %j that is broken, in a deploy with %j", async (own, more, status) => {
  const { stage, stages, asked, scene } = await deploy(
    () => broken,
    { deploySteps: [50], scaleDown: true, ...more },
    own,
  );
  expect(stage.status).toBe(status);
  expect(asked.filter(([path]) => path === "/deployment/starting")).toHaveLength(4);
  if (status === "TERMINAL") return;
  // Without its word the deploy takes every step all the same, and says of each that it lacked it.
  expect(asked.filter(([path]) => path === "/deployment/evaluateHealth")).toHaveLength(8);
  expect(scene.router.shares(web)).toEqual({ "app-v001": 100 });
  const told = stages.filter(({ type }) => type !== "createServerGroup").map((each) => `${each.type} ${each.status}`);
  expect(new Set(told)).toContain("monitoredDeployStep FAILED_CONTINUE");
  expect(told.at(-1)).toBe("notifyDeployCompleted FAILED_CONTINUE");
  expect(told).toContain("scaleDownCluster SUCCEEDED");
});

test.each([null, "perhaps"])("the directive %j is none", async (word) => {
  const { stage } = await deploy(() => directive(word));
  expect(stage.failure?.message).toContain("gave no directive of abort, complete, continue, wait");
});

test("an unknown monitor ends the deploy; without one there is nothing to ask", async () => {
  const unknown = await deploy(() => directive("continue"), { deploymentMonitor: { id: "other" } });
  expect(unknown.stage.failure?.message).toBe('There is no deployment monitor "other". Configured are: m.');
  const without = await deploy(() => directive("continue"), { deploymentMonitor: null });
  expect([without.stage.status, without.asked]).toEqual(["SUCCEEDED", []]);
});
