import { readFileSync } from "node:fs";
import { routes } from "@gennaker/contract/routes.ts";
import type { Route } from "@gennaker/contract/route.ts";
import { createClient } from "@gennaker/client/client.ts";
import { followEvents } from "@gennaker/client/events.ts";
import type { LiveEvent } from "@gennaker/contract/resources/system.ts";
import { liveEvent } from "@gennaker/contract/resources/system.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { send } from "./fixtures/http.ts";

const held = { server: await startServer() };
afterAll(() => held.server.end());

const streams: AbortController[] = [];
afterEach(() => streams.splice(0).forEach((each) => each.abort()));

type Stream = { events: LiveEvent[]; states: string[]; text(): string; ended: Promise<unknown> };

/** Reads the raw stream, so that ids are seen too. */
async function open(path = "/api/v1/events", headers: Record<string, string> = {}): Promise<Stream> {
  const abort = new AbortController();
  streams.push(abort);
  const response = await fetch(`${held.server.url}${path}`, { headers, signal: abort.signal });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
  let text = "";
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
  })().catch((error: unknown) => error);
  await vi.waitFor(() => expect(text).toMatch(/^id: \d+-\d+\n: connected\n\n/), 5_000);
  return {
    get events() {
      return [...text.matchAll(/^data: (.*)$/gm)].map((match) => liveEvent.strict().parse(JSON.parse(match[1] ?? "")));
    },
    states: [],
    text: () => text,
    ended,
  };
}

const idsOf = (stream: Stream) => [...stream.text().matchAll(/^id: (.*)$/gm)].map((match) => match[1] ?? "");
const change = (name: string) => send(held.server.url, "PUT", `/api/v1/applications/${name}`, { email: "e" });
const subjects = (stream: Stream) => stream.events.map((event) => event.subject);

describe("the event stream", () => {
  test("sends what happens from now on, in order; Last-Event-ID replays what came after it", async () => {
    await change("before");
    const first = await open();
    for (const name of ["a", "b", "c"]) await change(name);
    await vi.waitFor(() => expect(subjects(first)).toEqual(["a", "b", "c"]), 5_000);
    const [, , afterA = ""] = ["", ...idsOf(first)];
    const replay = await open("/api/v1/events", { "last-event-id": afterA });
    await vi.waitFor(() => expect(subjects(replay)).toEqual(["b", "c"]), 5_000);
    const byQuery = await open(`/api/v1/events?cursor=${afterA}`);
    await vi.waitFor(() => expect(subjects(byQuery)).toEqual(["b", "c"]), 5_000);
  });

  test("filters by application, in any case, and by subject", async () => {
    const byApplication = await open("/api/v1/events?application=Wanted");
    const bySubject = await open("/api/v1/events?subject=other");
    await change("wanted");
    await change("other");
    await vi.waitFor(
      () => expect([subjects(byApplication), subjects(bySubject)]).toEqual([["wanted"], ["other"]]),
      5_000,
    );
  });

  test("serves many at once", async () => {
    const all = await Promise.all(Array.from({ length: 60 }, () => open("/api/v1/events?application=many")));
    for (let count = 0; count < 5; count += 1) await change("many");
    await vi.waitFor(() => expect(all.map((stream) => stream.events.length)).toEqual(Array(60).fill(5)), 10_000);
  });

  test("goes on when the database was away, and misses nothing", async () => {
    const stream = await open("/api/v1/events?application=outage");
    const postmaster = Number(readFileSync(`${held.server.data}/postgres/data/postmaster.pid`, "utf8").split("\n")[0]);
    process.kill(postmaster, "SIGKILL");
    await vi.waitFor(async () => expect((await change("outage")).status).toBe(200), { timeout: 30_000, interval: 200 });
    await vi.waitFor(() => expect(subjects(stream)).toContain("outage"), 10_000);
  });

  test("is followed by the client through a restart of the server", async () => {
    const abort = new AbortController();
    streams.push(abort);
    const seen: string[] = [];
    const states: string[] = [];
    const following = followEvents({
      baseUrl: held.server.url,
      signal: abort.signal,
      application: "followed",
      onEvent: (event) => seen.push(event.type),
      onState: (state) => states.push(state),
    });
    await vi.waitFor(() => expect(states).toEqual(["connected"]), 5_000);
    await change("followed");
    await vi.waitFor(() => expect(seen).toHaveLength(1), 5_000);
    const port = new URL(held.server.url).port;
    const raw = await open();
    expect(await held.server.stop()).toBe(0);
    // The stop ended the stream cleanly.
    expect(await raw.ended).toBeUndefined();
    const { data } = held.server;
    held.server = await startServer({ data, flags: ["--port", port] });
    await change("followed");
    await vi.waitFor(() => expect(seen).toHaveLength(2), 15_000);
    expect(states).toEqual(["connected", "disconnected", "connected"]);
    abort.abort();
    await following;
  });
});

describe("answers", () => {
  test("hold what the contract says, and nothing else", async () => {
    const client = createClient({ baseUrl: held.server.url });
    await client.call("saveApplication", { params: { application: "shape" }, body: { email: "e" } });
    const document = {
      name: "p",
      application: "shape",
      stages: [{ refId: "1", type: "manualJudgment", name: "j", requisiteStageRefIds: [] }],
    };
    const pipeline = await client.call("savePipeline", { body: document });
    const { id } = await client.call("startPipeline", { params: { pipeline: pipeline.id }, body: {} });
    const answers: Partial<Record<keyof typeof routes, unknown>> = {
      getSystem: await client.call("getSystem", {}),
      listAccounts: await client.call("listAccounts", {}),
      listStageTypes: await client.call("listStageTypes", {}),
      listAudit: await client.call("listAudit", {}),
      listApplications: await client.call("listApplications", {}),
      getApplication: await client.call("getApplication", { params: { application: "SHAPE" } }),
      savePipeline: pipeline,
      listPipelines: await client.call("listPipelines", { params: { application: "shape" } }),
      validatePipeline: await client.call("validatePipeline", { body: document }),
      listExecutions: await client.call("listExecutions", {
        query: { application: "shape", statuses: "RUNNING,NOT_STARTED" },
      }),
      getExecution: await client.call("getExecution", { params: { execution: id } }),
      listClusters: await client.call("listClusters", { params: { application: "shape" } }),
      listLoadBalancers: await client.call("listLoadBalancers", { params: { application: "shape" } }),
      listCanaryConfigs: await client.call("listCanaryConfigs", {}),
    };
    for (const [name, answer] of Object.entries(answers)) {
      const { response }: Route = routes[name as keyof typeof routes];
      expect({ [name]: response.parse(answer) }).toEqual({ [name]: answer });
    }
    const execution = answers.getExecution as { id: string; buildTime: string; stages: { id: string }[] };
    const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
    expect([execution.id, ...execution.stages.map((stage) => stage.id)].filter((each) => !ulid.test(each))).toEqual([]);
    expect(execution.buildTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(pipeline.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const listed = (
      answers.listApplications as {
        name: string;
        summary: { pipelines: number; runningExecutions: number; lastExecution: { id: string } };
      }[]
    ).find((each) => each.name === "shape");
    expect(listed?.summary).toMatchObject({ pipelines: 1, runningExecutions: 1, lastExecution: { id } });
    await client.call("cancelExecution", { params: { execution: id }, body: {} });
  });
});
