import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { HttpAnswer } from "../deps.ts";
import { createScene } from "../testing/scene.ts";

const url = "https://ci.example/build";
const answer = (status: number, body: unknown = "", headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
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
  });
  expect(requests[0]?.headers["idempotency-key"]).toMatch(/^run\/s\d+\/createWebhook\/1$/);
  expect(webhook).toMatchObject({
    statusCode: "CREATED",
    statusCodeValue: 201,
    body: { id: 5 },
    headers: { "x-n": "1" },
  });
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
  [{ retries: { "503": { maxAttempts: 3 } } }, 503, 3],
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
      retries: { 500: { maxAttempts: 2 } },
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

test("signalCancellation tells the other side once", async () => {
  const scene = await createScene({ answer: (request) => (request.url === url ? answer(503) : answer(204)) });
  const context = {
    url,
    signalCancellation: true,
    cancelEndpoint: "https://ci.example/stop",
    cancelMethod: "DELETE",
    customHeaders: { "X-A": "b" },
  };
  const { stage } = await scene.run("webhook", { context, onWait: () => "cancel" });
  expect(scene.requests.at(-1)).toMatchObject({
    method: "DELETE",
    url: "https://ci.example/stop",
    headers: { "x-a": "b" },
  });
  expect(stage.context["webhook"]).toMatchObject({ cancellation: { statusCodeValue: 204 } });
});
