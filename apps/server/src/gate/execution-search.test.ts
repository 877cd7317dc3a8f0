import type { JsonObject } from "@gennaker/contract/json.ts";
import { encodeTime } from "ulid";
import { describe, expect, test } from "vitest";
import type { ExecutionFilter, ExecutionView } from "../engine/api.ts";
import type { GateRequest } from "../platform/http/api.ts";
import { executionSearchRoutes } from "./execution-search.ts";

const view = (id: string, trigger: JsonObject): ExecutionView => ({
  id,
  type: "PIPELINE",
  application: "shop",
  name: "Ship",
  pipelineConfigId: "p1",
  status: "SUCCEEDED",
  buildTime: "2026-01-01T00:00:00.000Z",
  startTime: null,
  endTime: null,
  canceled: false,
  canceledBy: null,
  cancellationReason: null,
  paused: null,
  trigger,
  authentication: { user: "ann" },
  parentExecution: null,
  failure: null,
  stages: [
    {
      id: "s1",
      refId: "1",
      type: "wait",
      name: "Wait",
      status: "SUCCEEDED",
      requisiteStageRefIds: [],
      parentStageId: null,
      syntheticStageOwner: null,
      startTime: null,
      endTime: null,
      context: { waitTime: 3, group: "g" },
      outputs: { done: true },
      tasks: [{ id: "1", name: "t", status: "SUCCEEDED", startTime: null, endTime: null, attempt: 1, waiting: null }],
      failure: null,
    },
  ],
  initialConfig: {},
});

const second = 1_700_000_000_000;
const idAt = (index: number) => `${encodeTime(second - index * 1_000, 10)}${"0".repeat(16)}`;
/** 2,500 runs, newest first; each third was triggered for `prod`. */
const runs = Array.from({ length: 2_500 }, (_, index) =>
  view(idAt(index), {
    type: "manual",
    parameters: { env: index % 3 === 0 ? "prod" : "dev", branch: `release-${index}` },
    parentExecution: { id: "x", stages: [{ big: true }], trigger: { parentExecution: { stages: [{}] } } },
  }),
);

const asked: ExecutionFilter[] = [];
const held: (readonly string[])[] = [];
function listed(filter: ExecutionFilter): ExecutionView[] {
  const ordered = (filter.oldestFirst === true ? runs.toReversed() : runs).filter(
    ({ id }) => filter.ids?.includes(id) ?? true,
  );
  const from = ordered.findIndex((run) => run.id === (filter.before ?? filter.after)) + 1;
  return ordered.slice(from, from + filter.limit);
}
const engine = {
  async list(filter: ExecutionFilter) {
    if (filter.ids === undefined) asked.push(filter);
    return listed(filter);
  },
};
const texts = {
  async triggers(filter: ExecutionFilter, holding: readonly string[]) {
    asked.push(filter);
    held.push(holding);
    return listed(filter).map(({ id, trigger }) => {
      const text = JSON.stringify(trigger).toLowerCase();
      return { id, trigger: holding.every((each) => text.includes(each.toLowerCase())) ? trigger : null };
    });
  },
};
const clock = { now: 0, perLook: 0 };
const stored: Record<string, { id: string; name: string }[]> = {
  shop: [
    { id: "p1", name: "Ship" },
    { id: "p2", name: "Other" },
  ],
  mall: ["p1", "p2", "p3", "p4", "p5"].map((id) => ({ id, name: id })),
};
const pipelines = {
  ids: async (application: string, name?: string) =>
    (stored[application] ?? []).filter((each) => name === undefined || each.name === name).map(({ id }) => id),
};
const [route] = executionSearchRoutes({ engine, pipelines, runs: texts } as never, () => (clock.now += clock.perLook));

async function search(query: Record<string, string>, application = "shop"): Promise<JsonObject[]> {
  asked.length = 0;
  const request = { params: { application }, query, body: null, bodyText: "", actor: null } as unknown as GateRequest;
  const answer = await route?.handle(request);
  return (answer !== undefined && "body" in answer ? answer.body : null) as JsonObject[];
}
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
const ids = (found: readonly JsonObject[]) => found.map((run) => run["id"]);

describe("what the engine is asked for", () => {
  test("ten runs of the application's pipelines, newest first, unless said otherwise", async () => {
    expect(ids(await search({}))).toEqual(runs.slice(0, 10).map(({ id }) => id));
    expect(asked).toEqual([{ type: "PIPELINE", pipelineConfigIds: ["p1", "p2"], limit: 10 }]);
  });

  test("name, types, event, times, statuses and order", async () => {
    await search({
      pipelineName: "Ship",
      triggerTypes: "manual,cron",
      eventId: "e1",
      triggerTimeStartBoundary: "1000",
      triggerTimeEndBoundary: "2000",
      statuses: "SUCCEEDED,TERMINAL",
      reverse: "true",
      trigger: base64({ parameters: { env: "prod", branch: "release-.*" } }),
    });
    expect(asked[0]).toEqual({
      type: "PIPELINE",
      pipelineConfigIds: ["p1"],
      triggerTypes: ["manual", "cron"],
      eventId: "e1",
      from: new Date(1_000),
      until: new Date(2_000),
      statuses: ["SUCCEEDED", "TERMINAL"],
      oldestFirst: true,
      parameters: { env: "prod" },
      limit: 1_000,
    });
    // A pattern is no text that must be there.
    expect(held.at(-1)).toEqual(["prod"]);
  });

  test("every application's, and no limit in time where the greatest long is given", async () => {
    await search({ pipelineName: "Ship", triggerTypes: "*", triggerTimeEndBoundary: "9223372036854775807" }, "*");
    expect(asked).toEqual([{ type: "PIPELINE", name: "Ship", limit: 10 }]);
  });

  test("nothing where the pipeline does not exist", async () => {
    expect([await search({ pipelineName: "None" }), await search({}, "empty"), asked]).toEqual([[], [], []]);
  });
});

describe("what is answered", () => {
  test("runs whose trigger has what is asked, from startIndex on, over as many pages as it takes", async () => {
    const trigger = base64({ parameters: { env: "PROD" } });
    const found = await search({ trigger, startIndex: "700", size: "30" });
    const prod = runs.filter((_run, index) => index % 3 === 0).map((run) => run.id);
    expect(ids(found)).toEqual(prod.slice(700, 730));
    expect(asked).toHaveLength(3);
    const oldest = await search({ trigger, size: "2", reverse: "true" });
    expect(ids(oldest)).toEqual(prod.toReversed().slice(0, 2));
  });

  test("what is nowhere is looked for to the end, and what takes too long says where to go on", async () => {
    const none = base64({ parameters: { branch: "release-none" } });
    expect(await search({ trigger: none })).toEqual([]);
    expect(asked).toHaveLength(3);
    const rare = base64({ parameters: { branch: "release-24.." } });
    clock.perLook = 15_000;
    await expect(search({ trigger: rare })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining(`triggerTimeEndBoundary=${second - 1_999_000}`),
    });
    await expect(search({ trigger: rare, reverse: "true", size: "200" })).rejects.toMatchObject({
      message: expect.stringContaining(`triggerTimeStartBoundary=${second - 500_000}`),
    });
    clock.perLook = 0;
    expect(await search({ trigger: rare })).toHaveLength(10);
  });

  test("many pipelines are looked for by their application; what ran under one that is gone is passed over", async () => {
    const [first] = runs as [ExecutionView];
    const { pipelineConfigId } = first;
    (first as { pipelineConfigId: string | null }).pipelineConfigId = "gone";
    const found = await search({ size: "3" }, "mall");
    expect(asked.map(({ application, pipelineConfigIds, limit }) => [application, pipelineConfigIds, limit])).toEqual([
      ["mall", undefined, 3],
      ["mall", undefined, 3],
    ]);
    expect(ids(found)).toEqual(runs.slice(1, 4).map(({ id }) => id));
    (first as { pipelineConfigId: string | null }).pipelineConfigId = pipelineConfigId;
  });

  test("without expand stages keep only their group, and parents have no stages", async () => {
    const [found] = await search({ size: "1" });
    expect(found?.["stages"]).toEqual([expect.objectContaining({ context: { group: "g" }, outputs: {}, tasks: [] })]);
    expect(found?.["trigger"]).toMatchObject({
      parentExecution: { id: "x", stages: [], trigger: { parentExecution: { stages: [] } } },
    });
    const [whole] = await search({ size: "1", expand: "true" });
    expect(whole?.["stages"]).toEqual([expect.objectContaining({ context: { waitTime: 3, group: "g" } })]);
  });

  test.each([
    { size: "0" },
    { size: "x" },
    { startIndex: "-1" },
    { triggerTimeStartBoundary: "2", triggerTimeEndBoundary: "1" },
    { trigger: "not base64 JSON" },
    { trigger: base64([1]) },
    { statuses: "DONE" },
  ])("%j is refused", async (query) => {
    await expect(search(query as never)).rejects.toMatchObject({ code: "invalid_request" });
  });
});
