import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { HttpAnswer } from "../deps.ts";
import { OutgoingError } from "../../../platform/outgoing/api.ts";
import type { OutgoingFault } from "../../../platform/outgoing/api.ts";
import { createScene } from "../testing/scene.ts";

const url = "https://ci.example/build";
const answer = (status: number, body: unknown = "", headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: typeof body === "string" ? headers : { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
  truncated: false,
});

async function call(context: JsonObject, answers: (HttpAnswer | Error)[]) {
  const left = [...answers];
  const scene = await createScene({
    answer: () => {
      const next = left.length > 1 ? left.shift() : left[0];
      if (next === undefined || next instanceof Error) throw next ?? new Error("connection refused");
      return next;
    },
  });
  const outcome = await scene.run("webhook", { context: { url, ...context } });
  return {
    ...outcome,
    webhook: outcome.stage.context["webhook"] as JsonObject,
    requests: scene.requests,
    clock: scene.clock,
  };
}

test("posts the payload as JSON and keeps the answer", async () => {
  const { stage, webhook, requests } = await call({ payload: { a: 1 }, customHeaders: { "X-Run": 7 } }, [
    answer(201, { id: 5 }, { "x-n": "1" }),
  ]);
  expect(stage.status).toBe("SUCCEEDED");
  expect(requests[0]).toMatchObject({
    method: "POST",
    url,
    body: '{"a":1}',
    headers: { "x-run": "7", "content-type": "application/json" },
    redirects: 20,
  });
  expect(requests[0]?.headers["idempotency-key"]).toMatch(/^run\/s\d+\/createWebhook\/1$/);
  expect(webhook).toMatchObject({
    statusCode: "CREATED",
    statusCodeValue: 201,
    body: { id: 5 },
    headers: { "x-n": "1" },
  });
});

test.each<[string, HttpAnswer, unknown]>([
  [
    "JSON that says so",
    answer(200, '[1,{"a":2}]', { "content-type": "application/json; charset=utf-8" }),
    [1, { a: 2 }],
  ],
  ["a problem document", answer(200, '{"a":2}', { "content-type": "application/problem+json" }), { a: 2 }],
  ["JSON that says it is text", answer(200, '{"a":2}', { "content-type": "text/plain" }), '{"a":2}'],
  ["a text", answer(200, "done", { "content-type": "text/html" }), "done"],
  ["a text that says it is JSON", answer(200, "done", { "content-type": "application/json" }), "done"],
  ["JSON of an answer that failed", answer(404, '{"why":"gone"}', { "content-type": "text/plain" }), { why: "gone" }],
  ["nothing", answer(204, ""), undefined],
  ["an answer cut short", { ...answer(200, "x".repeat(20_000)), truncated: true }, "x".repeat(16_384)],
])("keeps %s", async (_what, given, body) => {
  expect((await call({}, [given])).webhook["body"]).toEqual(body);
});

test.each<[JsonObject, Record<string, unknown>]>([
  [
    { method: "get", payload: { a: 1 } },
    { method: "GET", body: null },
  ],
  [
    { method: "purge", payload: "plain" },
    { method: "PURGE", body: "plain" },
  ],
  [
    { payload: { a: "b c" }, customHeaders: { "Content-Type": "application/x-www-form-urlencoded" } },
    { body: "a=b+c" },
  ],
  [{ payload: null }, { body: null }],
  [{ payload: "{}" }, { body: "{}", headers: expect.objectContaining({ "content-type": "application/json" }) }],
  [{ payload: "a b" }, { body: "a b", headers: expect.objectContaining({ "content-type": "text/plain" }) }],
  [{ payload: [1] }, { body: "[1]" }],
])("%j is sent as %j", async (context, wanted) => {
  expect((await call(context, [answer(200)])).requests[0]).toMatchObject(wanted);
});

test.each([
  [200, "SUCCEEDED", 1],
  [302, "SUCCEEDED", 1],
  [404, "TERMINAL", 1],
  [504, "TERMINAL", 1],
  [503, "TERMINAL", 31],
  [429, "TERMINAL", 31],
])("a steady %i ends %s after %i requests", async (code, status, requests) => {
  const result = await call({}, [answer(code)]);
  expect([result.stage.status, result.requests.length]).toEqual([status, requests]);
});

test.each<[JsonObject, number, number]>([
  [{ failFastStatusCodes: [503] }, 503, 1],
  [{ webhookRetryStatusCodes: ["404"] }, 404, 31],
  [{ retries: { "503": { maxAttempts: 3 } } }, 503, 31],
  [{ retryStatusCodes: [404] }, 404, 1],
  [{ failFastStatusCodes: [500] }, 504, 31],
])("with %j a steady %i is sent %i times", async (context, code, times) => {
  expect((await call(context, [answer(code)])).requests).toHaveLength(times);
});

test("a code worth another try is tried each 10 seconds until it works", async () => {
  const { stage, waits, clock, webhook } = await call({}, [answer(503), answer(429), answer(200)]);
  expect(stage.status).toBe("SUCCEEDED");
  expect(clock.ms - Date.parse("2026-01-01T00:00:00Z")).toBe(20_000);
  expect(waits[0]?.message).toBe(`POST ${url} answered 503 SERVICE_UNAVAILABLE; tries again in 10 seconds`);
  expect(webhook["error"]).toBeUndefined();
});

const coded = (fault: OutgoingFault): Error => new OutgoingError(fault, "asked in vain");

test.each<[JsonObject, OutgoingFault, number]>([
  [{}, "unresolved", 31],
  [{ method: "GET" }, "timeout", 31],
  [{}, "timeout", 1],
  [{ method: "GET" }, "unreachable", 1],
])("%j that gets no answer by %s is sent %i times", async (context, code, times) => {
  const { requests, stage } = await call(context, [coded(code)]);
  expect([requests.length, stage.status]).toEqual([times, "TERMINAL"]);
});

test("the headers that name a person inside Spinnaker cannot be forged", async () => {
  const { requests } = await call({ customHeaders: { "X-Spinnaker-User": "admin", "x-ok": ["a", "b"] } }, [
    answer(200),
  ]);
  expect(requests[0]?.headers).toMatchObject({ "x-ok": "a, b" });
  expect(requests[0]?.headers).not.toHaveProperty("x-spinnaker-user");
});

test.each<[JsonObject, unknown, string]>([
  [{ expectedArtifacts: [{ id: "e", matchArtifact: { name: "b" } }] }, { artifacts: [{ name: "b" }] }, "SUCCEEDED"],
  [{ expectedArtifacts: [{ id: "e", matchArtifact: { name: "c" } }] }, { artifacts: [{ name: "b" }] }, "TERMINAL"],
  [{ expectedArtifacts: [{ id: "e", matchArtifact: { name: "b" } }] }, { nothing: 1 }, "TERMINAL"],
  [{ expectedArtifacts: [{ id: "e", matchArtifact: { name: "b" } }] }, "no json", "TERMINAL"],
  [{ expectedArtifacts: [] }, { nothing: 1 }, "SUCCEEDED"],
])("with %j and the answer %j the stage ends %s", async (context, body, status) => {
  const { stage } = await call(context, [answer(200, body)]);
  expect(stage.status).toBe(status);
  if (stage.outputs["resolvedExpectedArtifacts"] !== undefined)
    expect(stage.outputs["resolvedExpectedArtifacts"]).toMatchObject([{ id: "e", boundArtifact: { name: "b" } }]);
});

test("no answer ends the stage", async () => {
  const { stage, webhook } = await call({}, [new Error("connection refused")]);
  expect(stage.failure).toEqual({ code: "webhook.noAnswer", message: `POST ${url} got no answer: connection refused` });
  expect(webhook["error"]).toBe(`POST ${url} got no answer: connection refused`);
});

test.each(["ftp://x/y", "nonsense", "https://"])("the address %s is refused", async (address) => {
  expect((await call({ url: address }, [])).stage.failure?.message).toContain("must be an http or https address");
});

test("secrets of the request come back nowhere", async () => {
  const secret = "s3cret-token";
  const { stage, webhook, waits } = await call(
    {
      url: `https://bot:pass-word@ci.example/build?key=${secret}`,
      customHeaders: { Authorization: `Bearer ${secret}` },
    },
    [
      answer(500, { echo: `Bearer ${secret}`, list: ["pass-word"] }, { "set-cookie": "sid=1", "x-echo": secret }),
      new Error(`bad ${secret}`),
    ],
  );
  const shown = JSON.stringify([webhook, waits, stage.failure]);
  expect(shown).not.toContain(secret);
  expect(shown).not.toContain("pass-word");
  expect(shown).not.toContain("sid=1");
  expect(stage.failure?.message).toBe("POST https://ci.example/build?… got no answer: bad ******");
});
