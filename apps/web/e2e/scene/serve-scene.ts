import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import type { System } from "@gennaker/contract/resources/system.ts";
import type { BrowserContext, Route } from "playwright-core";
import { canaryConfigs, canaryRuns, failedRuns } from "./canary.ts";
import { application, loadBalancers, troubledClusters } from "./clusters.ts";
import { executions } from "./executions.ts";
import { operations } from "./operations.ts";
import { at } from "./time.ts";

const system: System = {
  version: "0.1.0",
  startedAt: at(-90_000),
  roles: ["api"],
  replica: "r",
  database: { embedded: true, reachable: true },
  authentication: false,
  timezone: "UTC",
};

const pipeline = (id: string, name: string, disabled: boolean, document: Record<string, unknown>): Pipeline => ({
  id,
  application: "shop",
  name,
  disabled,
  updatedAt: at(-80_000),
  lastModifiedBy: "demo",
  version: 3,
  document: { name, application: "shop", ...document },
  lastExecution: disabled ? null : { id: "01CANARYRUN", status: "RUNNING", buildTime: at(-52) },
});

const pipelines: Pipeline[] = [
  pipeline("ship", "Ship", false, {
    description: "Judges a new version as a canary on real traffic, then replaces the old one.",
    stages: [],
    parameterConfig: [
      { name: "version", label: "Version to ship", required: true },
      { name: "size", options: [{ value: "small" }, { value: "large" }], default: "small" },
      { name: "dryRun", label: "Only try", default: "false", description: "Nothing is changed." },
    ],
  }),
  pipeline("old", "Old way", true, { stages: [{ type: "wait" }, { type: "wait" }] }),
];

export type SceneChanges = Partial<Record<string, unknown>>;

/** Answers the API's questions from the scene instead of the server; `changes` replaces answers by path. */
export async function serveScene(context: BrowserContext, changes: SceneChanges = {}): Promise<void> {
  const answers: Record<string, unknown> = {
    "/system": system,
    "/applications": [
      application,
      {
        ...application,
        name: "billing",
        description: null,
        summary: { ...application.summary, runningExecutions: 0, serverGroups: 0, lastExecution: null },
      },
    ],
    "/applications/shop": application,
    "/applications/shop/clusters": troubledClusters,
    "/applications/shop/load-balancers": loadBalancers,
    "/applications/shop/pipelines": pipelines,
    "/executions": executions,
    "/canary-configs": canaryConfigs,
    ...operations,
    "/pipelines/ship": pipelines[0],
    "/executions/01CANARYRUN/stages/stage-2/canary-runs": canaryRuns,
    "/executions/01FAILEDRUN/stages/stage-2/canary-runs": failedRuns,
    ...Object.fromEntries(executions.map((execution) => [`/executions/${execution.id}`, execution])),
    ...changes,
  };
  await context.route("**/api/v1/**", async (route) => {
    const path = new URL(route.request().url()).pathname.replace(/^\/api\/v1/, "");
    if (path === "/events") return route.fallback();
    if (path.endsWith("/logs"))
      return route.fulfill({ contentType: "text/plain", body: "listening on 23200\nGET / 200 3 ms\n" });
    if (path.endsWith("/dry-run")) return answerFrom(answers, path, route);
    if (route.request().method() !== "GET")
      return route.fulfill({ json: path === "/operations" ? { id: "01CANCELEDRUN" } : {} });
    return answerFrom(answers, path, route);
  });
}

async function answerFrom(answers: Readonly<Record<string, unknown>>, path: string, route: Route): Promise<void> {
  const answer = answers[path];
  if (answer === "never") return;
  if (answer === undefined || answer === "broken") {
    const status = answer === "broken" ? 500 : 404;
    const problem = {
      type: "about:blank",
      title: "Problem",
      status,
      detail: `Nothing at ${path}.`,
      code: status === 404 ? "not_found" : "internal",
      requestId: "01REQUEST",
      retryable: false,
    };
    return route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify(problem) });
  }
  return route.fulfill({ json: answer });
}
