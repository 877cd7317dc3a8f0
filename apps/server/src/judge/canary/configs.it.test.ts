import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { afterAll, describe, expect, test } from "vitest";
import type { MetricSource } from "../../observe/metric-sources/api.ts";
import { createAuditLog } from "../../platform/audit/create-audit-log.ts";
import type { Actor } from "../../platform/audit/api.ts";
import { createDatabase } from "../../platform/database/create-database.ts";
import { migrate } from "../../platform/database/migrate.ts";
import { createEventLog } from "../../platform/events/create-event-log.ts";
import { createCanaryConfigs } from "./configs.ts";

const actor: Actor = { user: "ann", roles: [], via: "api" };
const source: MetricSource = {
  type: "gennaker",
  query: async () => [],
  validate: (query) =>
    typeof query["metric"] === "string" ? [] : [{ pointer: "/metric", reason: "must name a metric" }],
};

const home = await createTestDatabase({ migrate: async (url) => void (await migrate(url)), key: "server-migrations" });
const database = createDatabase({ url: home.url, connections: 4 });
const configs = createCanaryConfigs({
  database,
  audit: createAuditLog(),
  events: createEventLog(database),
  sources: [source],
});
afterAll(async () => {
  await database.close();
  await home.drop();
});

function config(name: string, more: JsonObject = {}): JsonObject {
  return {
    name,
    applications: ["Shop"],
    configVersion: "1",
    judge: { name: "NetflixACAJudge-v1.0", judgeConfigurations: {} },
    metrics: [
      {
        name: "latency",
        query: { type: "gennaker", metric: "l" },
        groups: ["all"],
        analysisConfigurations: { canary: { direction: "increase" } },
        scopeName: "default",
      },
    ],
    classifier: { groupWeights: { all: 100 } },
    ...more,
  };
}

async function trail(resource: string): Promise<string[]> {
  const rows = await database.query<{ action: string }>(
    "select action from platform_audit where resource = $1 order by id",
    [resource],
  );
  const events = await database.query<{ type: string }>(
    "select type from platform_event where subject = $1 order by id",
    [resource.split("/")[1]],
  );
  return [...rows.map((row) => row.action), ...events.map((row) => row.type)];
}

describe("canary configs", () => {
  test("are created, found, replaced and removed, each with its audit row and event", async () => {
    const made = await configs.save(null, config("first", { extra: { kept: [1, "\u0000"] } }), actor);
    expect(made.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.document).toMatchObject({
      name: "first",
      extra: { kept: [1, "\u0000"] },
      id: made.id,
      createdTimestampIso: made.createdAt,
    });
    expect((await configs.find("first", "shop"))?.id).toBe(made.id);
    expect((await configs.find(made.id, "other"))?.id).toBe(made.id);
    expect(await configs.find("first", "other")).toBeNull();
    expect((await configs.list("SHOP")).map((one) => one.id)).toEqual([made.id]);
    expect(await configs.list("other")).toEqual([]);

    const changed = await configs.save(made.id, config("renamed"), actor);
    expect([changed.id, changed.createdAt, changed.name]).toEqual([made.id, made.createdAt, "renamed"]);
    expect(await configs.remove(made.id, actor)).toBe(true);
    expect(await configs.remove(made.id, actor)).toBe(false);
    expect(await configs.get(made.id)).toBeNull();
    expect(await trail(`canaryConfig/${made.id}`)).toEqual([
      "canaryConfig.save",
      "canaryConfig.save",
      "canaryConfig.delete",
      "canaryConfig.changed",
      "canaryConfig.changed",
      "canaryConfig.changed",
    ]);
  });

  test("keep the received text and the id of the document", async () => {
    const text = '{ "name" : "wide", "id": "my-id", "big": 12345678901234567890 }';
    const saved = await configs.save(null, config("wide", { id: "my-id" }), actor, text);
    expect([saved.id, saved.text]).toEqual(["my-id", text]);
  });

  test("one name stands for one config of an application, also in a race", async () => {
    const results = await Promise.allSettled([
      configs.save(null, config("same"), actor),
      configs.save(null, config("same"), actor),
    ]);
    expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find((result) => result.status === "rejected")?.reason).toMatchObject({ code: "conflict" });
    await expect(configs.save(null, config("same", { applications: ["other"] }), actor)).resolves.toBeDefined();
  });

  test("a refused config leaves nothing behind", async () => {
    await expect(configs.save("broken", config("broken", { metrics: [] }), actor)).rejects.toMatchObject({
      code: "invalid_request",
      problems: [{ pointer: "/metrics" }],
    });
    expect(await configs.get("broken")).toBeNull();
    expect(await trail("canaryConfig/broken")).toEqual([]);
    await expect(configs.save("a/b", config("slash"), actor)).rejects.toMatchObject({ problems: [{ pointer: "/id" }] });
  });
});

test.each<[JsonObject, string]>([
  [{ name: " " }, "/name"],
  [{ applications: "shop" }, "/applications"],
  [{ metrics: {} }, "/metrics"],
  [{ metrics: [1] }, "/metrics/0"],
  [{ metrics: [{ name: "", query: { type: "atlas" }, groups: [] }] }, "/metrics/0/name"],
  [
    {
      metrics: [
        { name: "a", query: { type: "atlas" }, groups: [] },
        { name: "a", query: { type: "atlas" }, groups: [] },
      ],
    },
    "/metrics/1/name",
  ],
  [{ metrics: [{ name: "a", query: { type: "atlas" } }] }, "/metrics/0/groups"],
  [{ metrics: [{ name: "a", groups: [] }] }, "/metrics/0/query"],
  [{ metrics: [{ name: "a", query: { type: "abacus" }, groups: [] }] }, "/metrics/0/query/type"],
  [{ metrics: [{ name: "a", query: { type: "gennaker" }, groups: [] }] }, "/metrics/0/query/metric"],
  [
    {
      metrics: [
        { name: "a", query: { type: "atlas" }, groups: [], analysisConfigurations: { canary: { direction: null } } },
      ],
    },
    "/metrics/0/analysisConfigurations/canary",
  ],
  [{ classifier: [] }, "/classifier"],
  [{ classifier: { groupWeights: { "a/b": -1 } } }, "/classifier/groupWeights/a~1b"],
])("%j has its problem at %s", (more, pointer) => {
  const problems = configs.validate(config("x", more));
  expect(problems).toHaveLength(1);
  expect(problems[0]?.pointer.startsWith(pointer)).toBe(true);
});
