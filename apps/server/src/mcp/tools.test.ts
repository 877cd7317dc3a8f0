import { permissions } from "@gennaker/contract/permissions.ts";
import type { Route } from "@gennaker/contract/route.ts";
import { routes } from "@gennaker/contract/routes.ts";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import type { ToolRequest } from "./api.ts";
import { changeTools } from "./change-tools.ts";
import { explainExecution } from "./explain-execution.ts";
import { readTools } from "./read-tools.ts";
import { addressOf, requestFor } from "./request.ts";
import { readMcpSettings } from "./settings.ts";

const all = [...readTools, ...changeTools];

describe("tools", () => {
  test("have names of their own, and ask only routes whose permission is known", () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const tool of all)
      for (const route of tool.routes) expect([tool.name, route, permissions[route] ?? null]).not.toContain(null);
  });

  test("that read ask nothing that changes something", () => {
    for (const tool of readTools) {
      const methods = tool.routes.map((route) => (routes[route] as Route).method);
      expect([tool.name, ...methods]).toEqual([tool.name, ...(tool.name === "dry_run_pipeline" ? ["POST"] : ["GET"])]);
    }
    for (const tool of changeTools) expect(tool.changes).toBe(true);
  });

  test("take what their route takes", () => {
    for (const tool of all) {
      const [name = "getSystem"] = tool.routes;
      if (tool.name === "roll_back_server_group") continue;
      const route: Route = routes[name];
      const inPath = [...route.path.matchAll(/:([A-Za-z]+)/g)].map(([, each = ""]) => each);
      for (const each of inPath)
        expect([tool.name, Object.keys(tool.input)]).toEqual([tool.name, expect.arrayContaining([each])]);
      const schema = (route.method === "GET" ? route.query : route.body) as z.ZodObject | undefined;
      const known = new Set([...inPath, "offset", "pointer", ...Object.keys(schema?.shape ?? {})]);
      expect([tool.name, Object.keys(tool.input).filter((each) => !known.has(each))]).toEqual([tool.name, []]);
    }
  });
});

describe("a request", () => {
  test("puts names into the path so that they cannot lead elsewhere", () => {
    expect(addressOf(requestFor("getExecution", { execution: "../../x?y#z" }))).toBe(
      "/api/v1/executions/..%2F..%2Fx%3Fy%23z",
    );
    expect(addressOf(requestFor("listAudit", { text: "a&b=c", limit: 5, actor: undefined }))).toBe(
      "/api/v1/audit?text=a%26b%3Dc&limit=5",
    );
    expect(requestFor("judgeStage", { execution: "e", stage: "2", decision: "stop" })).toEqual({
      route: "judgeStage",
      params: { execution: "e", stage: "2" },
      body: { decision: "stop" },
    });
  });
});

describe("a rollback", () => {
  const group = (name: string, createdAt: string, more = {}) => ({
    name,
    createdAt,
    account: "local",
    region: "local",
    cluster: "shop-web",
    cloudProvider: "hosts",
    canaryRole: null,
    ...more,
  });
  const tool = changeTools.find(({ name }) => name === "roll_back_server_group");
  const run = async (input: object, groups: object[]) => {
    const asked: ToolRequest[] = [];
    await tool?.run({ application: "shop", reason: "errors", ...input }, async (request) => {
      asked.push(request);
      return request.route === "listClusters" ? [{ serverGroups: groups }] : { id: "E" };
    });
    return asked.at(-1)?.body as { job: { rollbackContext: object }[]; description: string };
  };
  const groups = [
    group("v1", "2026-01-01T00:00:00Z"),
    group("v2", "2026-01-02T00:00:00Z"),
    group("canary", "2026-01-02T12:00:00Z", { canaryRole: "canary" }),
    group("v3", "2026-01-03T00:00:00Z"),
    group("v4", "2026-01-04T00:00:00Z", { account: "other" }),
  ];

  test("goes to the newest before it, never to a canary, or to the named one", async () => {
    expect((await run({ serverGroup: "v3" }, groups)).job[0]?.rollbackContext).toEqual({
      rollbackServerGroupName: "v3",
      restoreServerGroupName: "v2",
    });
    const named = await run({ serverGroup: "v3", restore: "v1" }, groups);
    expect(named.description).toBe("Roll back v3 to v1: errors");
  });

  test.each([
    [{ serverGroup: "v9" }, "There is no server group v9"],
    [{ serverGroup: "v1" }, "no server group to go back to"],
    [{ serverGroup: "v3", restore: "v4" }, "no server group to go back to"],
  ])("%j is refused in words", async (input, words) => {
    await expect(run(input, groups)).rejects.toThrow(words);
  });

  test("needs the account where two have the name", async () => {
    const twice = [...groups, group("v3", "2026-01-05T00:00:00Z", { account: "other" })];
    await expect(run({ serverGroup: "v3" }, twice)).rejects.toThrow("name its account");
    expect((await run({ serverGroup: "v3", account: "other" }, twice)).job[0]?.rollbackContext).toMatchObject({
      restoreServerGroupName: "v4",
    });
  });
});

test("an execution is explained by its innermost failure and by what waits", () => {
  const stage = (id: string, more: object) => ({
    id,
    refId: id,
    name: id,
    type: "t",
    status: "SUCCEEDED",
    parentStageId: null,
    failure: null,
    tasks: [],
    ...more,
  });
  const explained = explainExecution({
    id: "E",
    application: "shop",
    name: "deploy",
    status: "RUNNING",
    startTime: null,
    endTime: null,
    canceledBy: null,
    cancellationReason: null,
    paused: null,
    authentication: { user: "kim" },
    stages: [
      stage("outer", { status: "TERMINAL", failure: { code: "c", message: "a stage failed" } }),
      stage("inner", { status: "TERMINAL", parentStageId: "outer", failure: { code: "c", message: "no space" } }),
      stage("ask", {
        status: "RUNNING",
        tasks: [{ status: "RUNNING", waiting: { code: "w", message: "waits for kim" } }],
      }),
      stage("later", { status: "NOT_STARTED" }),
    ],
  } as never);
  expect(explained).toMatchObject({
    ended: false,
    failed: [{ stage: "inner", why: "no space" }, { stage: "outer" }],
    waiting: [{ stage: "ask", why: "waits for kim" }],
    running: ["ask"],
    notStarted: 1,
  });
});

test("settings are checked by name", () => {
  expect(readMcpSettings({})).toEqual({ enabled: true, changes: false });
  expect(() => readMcpSettings({ changes: "yes" })).toThrow("mcp.changes");
  expect(() => readMcpSettings({ tools: [] })).toThrow("mcp");
});
