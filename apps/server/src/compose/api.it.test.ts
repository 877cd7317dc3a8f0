import { routes } from "@gennaker/contract/routes.ts";
import { problemDocument } from "@gennaker/contract/resources/common.ts";
import type { Route } from "@gennaker/contract/route.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gateRoutes } from "../gate/routes.ts";
import type { Answer } from "./fixtures/http.ts";
import { call, send } from "./fixtures/http.ts";

const server = await startServer();
afterAll(() => server.end());
beforeAll(async () => {
  expect((await send(server.url, "PUT", "/api/v1/applications/shop", { email: "a@example.com" })).status).toBe(200);
});

const fill = (path: string) => path.replace(/:[A-Za-z]+/g, "missing");
const apiRoutes = Object.values(routes as Record<string, Route>).map(
  (route) => [route.method, `/api/v1${fill(route.path)}`] as const,
);
const gatePaths = gateRoutes({} as never).map((route) => [route.method, fill(route.path)] as const);
const everyRoute = [
  ...apiRoutes,
  ...gatePaths,
  ["GET", "/health"],
  ["GET", "/metrics"],
  ["GET", "/api/v1/events"],
  ["GET", "/api/v1/openapi.json"],
] as const;

function problem(answer: Answer) {
  expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  const document = problemDocument.strict().parse(answer.json());
  expect(document.status).toBe(answer.status);
  expect(document.requestId).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  // A sentence that says what to do next.
  expect(document.detail).toMatch(/[.?]$/);
  return document;
}

function gateError(answer: Answer) {
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  const body = answer.json() as Record<string, unknown>;
  expect(Object.keys(body).filter((key) => key !== "problems")).toEqual(["timestamp", "status", "error", "message"]);
  expect(body).toMatchObject({
    status: answer.status,
    timestamp: expect.any(Number),
    error: expect.stringMatching(/\w/),
  });
  return body;
}

const errorOf = (path: string, answer: Answer) => (path.startsWith("/api/v1") ? problem(answer) : gateError(answer));

describe("browser safety", () => {
  test.each(everyRoute)("%s %s refuses a foreign Host and a foreign Origin", async (method, path) => {
    const host = new URL(server.url).host;
    const body = method === "GET" ? {} : { body: "{}" };
    for (const headers of [
      { host: "evil.example" },
      { host: `${host}.evil.example` },
      { host, origin: "https://evil.example" },
      { host, origin: "null" },
    ]) {
      const answer = await call(server.url, path, {
        method,
        headers: { "content-type": "application/json", ...headers },
        ...body,
      });
      expect(answer.status).toBe(403);
      errorOf(path, answer);
    }
  });

  test.each(everyRoute.filter(([method]) => method !== "GET"))(
    "%s %s takes JSON media types only, and nothing from another site",
    async (method, path) => {
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
        const answer = await call(server.url, path, { method, headers: { "content-type": type }, body: "a=1" });
        expect(answer.status).toBe(415);
        errorOf(path, answer);
        expect((await call(server.url, path, { method, headers: { "content-type": type } })).status).toBe(415);
      }
      expect((await call(server.url, path, { method, body: "{}" })).status).toBe(415);
      expect((await send(server.url, method, path, {}, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    },
  );

  test("a suffix of JSON is JSON", async () => {
    expect(
      (
        await call(server.url, "/api/v1/pipelines/validate", {
          method: "POST",
          headers: { "content-type": "application/vnd.x+json; charset=utf-8" },
          body: "{}",
        })
      ).status,
    ).toBe(200);
  });
});

describe("routes", () => {
  test.each(["/api/v1/nothing", "/api/v1", "/api/v1/", "/api/v1/pipelines/a/b/c"])(
    "%s is unknown: a problem document",
    async (path) => {
      expect(problem(await call(server.url, path))).toMatchObject({ status: 404, code: "not_found", retryable: false });
    },
  );

  test.each(["/nothing", "/api/v2/x", "/apiv1", "/mcp/x", "/zipkin/api/v2/spans"])(
    "%s is unknown: Gate's error",
    async (path) => {
      expect(gateError(await call(server.url, path))).toMatchObject({ status: 404, error: "Not Found" });
    },
  );

  test.each([
    ["POST", "/api/v1/applications", "GET, HEAD"],
    ["GET", "/api/v1/operations", "POST"],
    ["PATCH", "/api/v1/pipelines/x", "GET, HEAD, DELETE"],
    ["DELETE", "/applications", "GET, HEAD"],
    ["POST", "/api/v1/events", "GET"],
    ["POST", "/health", "GET, HEAD"],
  ])("%s %s is not allowed, and Allow says what is", async (method, path, allow) => {
    const answer = await send(server.url, method, path, {});
    expect(answer.status).toBe(405);
    expect(answer.headers["allow"]).toBe(allow);
    errorOf(path, answer);
    const options = await call(server.url, path, { method: "OPTIONS" });
    expect([options.status, options.headers["allow"], options.headers["access-control-allow-origin"]]).toEqual([
      204,
      `${allow}, OPTIONS`,
      undefined,
    ]);
  });

  test("HEAD answers as GET does, without a body", async () => {
    for (const path of ["/api/v1/system", "/applications", "/health"]) {
      const answer = await call(server.url, path, { method: "HEAD" });
      expect([answer.status, answer.text]).toEqual([200, ""]);
    }
    expect((await call(server.url, "/api/v1/events", { method: "HEAD" })).status).toBe(405);
    expect((await call(server.url, "/nothing", { method: "OPTIONS" })).status).toBe(404);
  });

  test("the root leads to the UI; answers cannot be sniffed or kept", async () => {
    const system = await call(server.url, "/api/v1/system");
    expect(system.headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
  });
});

describe("path and query values", () => {
  test("of 3,000 characters and with %2F in them are taken whole", async () => {
    const long = "a".repeat(3_000);
    expect(problem(await call(server.url, `/api/v1/pipelines/${long}`)).detail).toContain(long);
    expect(gateError(await call(server.url, `/applications/shop/pipelineConfigs/${long}`)).message).toContain(long);
    expect(gateError(await call(server.url, "/applications/shop/pipelineConfigs/a%2Fb%3Fc%20d")).message).toContain(
      "a/b?c d",
    );
    expect(gateError(await call(server.url, "/applications/shop/pipelineConfigs/a/")).message).toContain("a");
  });

  test.each([
    "/api/v1/applications/a%00b",
    "/applications/a%00b",
    "/api/v1/executions?application=a%00b",
    "/executions?executionIds=a%00b",
  ])("%s: U+0000 is refused", async (path) => {
    const answer = await call(server.url, path);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(errorOf(path, answer))).toContain("U+0000");
  });

  test.each(["/api/v1/applications/%zz", "/applications/%e0%a4", `/applications/${"a".repeat(9_000)}`])(
    "a broken or endless path (%#) is refused",
    async (path) => {
      const answer = await call(server.url, path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      errorOf(path, answer);
    },
  );

  test.each([
    ["/api/v1/executions?limit=0", "/limit"],
    ["/api/v1/executions?limit=x", "/limit"],
    ["/api/v1/executions?limit=501", "/limit"],
    ["/api/v1/executions?statuses=RUNNING,ODD", "/statuses"],
    ["/api/v1/audit?before=1.5", "/before"],
    ["/api/v1/audit?before=1e99", "/before"],
  ])("%s names the parameter that does not fit", async (path, pointer) => {
    const document = problem(await call(server.url, path));
    expect(document).toMatchObject({ status: 400, code: "invalid_request" });
    expect(document.problems?.[0]?.pointer).toContain(pointer);
  });
});

describe("bodies", () => {
  const save = (body: string | Buffer) => send(server.url, "POST", "/api/v1/pipelines", body as string);

  test("that are no JSON are refused with line and column, in both styles", async () => {
    expect(problem(await save('{"name": "a",\n  "application": shop}'))).toMatchObject({
      code: "invalid_request",
      problems: [{ pointer: "", reason: "line 2, column 18: expected a value, found s" }],
    });
    expect(gateError(await send(server.url, "POST", "/pipelines", "[1,"))).toMatchObject({
      status: 400,
      message: expect.stringContaining("line 1, column 4"),
    });
  });

  test("of the wrong kind are refused with a pointer", async () => {
    expect(problem(await save("[]")).problems).toEqual([
      { pointer: "", reason: expect.stringContaining("expected object") },
    ]);
    expect(gateError(await send(server.url, "POST", "/pipelines", "[]"))).toMatchObject({
      status: 400,
      problems: [{ pointer: "" }],
    });
    expect(gateError(await send(server.url, "POST", "/tasks", { job: [{}] }))).toMatchObject({
      status: 400,
      problems: [{ pointer: "/job" }],
    });
    expect(
      problem(await send(server.url, "PUT", "/api/v1/applications/shop", { trafficGuards: [{ account: 1 }] })).problems,
    ).toContainEqual({
      pointer: "/trafficGuards/0/account",
      reason: expect.any(String),
    });
  });

  test("that are empty count as none", async () => {
    const answer = await send(server.url, "POST", "/api/v1/executions/missing/cancel", undefined);
    expect(problem(answer).status).toBe(404);
    expect(problem(await send(server.url, "POST", "/api/v1/executions/missing/cancel", " ")).status).toBe(404);
    expect(gateError(await send(server.url, "PUT", "/pipelines/missing/cancel", undefined)).status).toBe(404);
  });

  test("are limited: 25 MiB for documents, 1 MiB for commands", async () => {
    const big = Buffer.alloc(25 * 1024 * 1024 + 1, " ");
    expect(problem(await save(big))).toMatchObject({ status: 413, code: "payload_too_large" });
    expect(gateError(await send(server.url, "POST", "/pipelines", big as never))).toMatchObject({ status: 413 });
    const medium = JSON.stringify({ reason: "x".repeat(1024 * 1024) });
    expect(problem(await send(server.url, "POST", "/api/v1/executions/missing/cancel", medium)).status).toBe(413);
    const large = JSON.stringify({
      name: "large",
      application: "shop",
      stages: [],
      notes: "x".repeat(20 * 1024 * 1024),
    });
    expect((await save(large)).status).toBe(200);
  });

  test("nested too deeply are refused", async () => {
    expect(problem(await save(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)).detail).toMatch(/200 levels/);
  });

  test("of pipelines keep their numbers, and lose only __proto__", async () => {
    const text =
      '{"name":"exact","application":"SHOP","big":9007199254740993,"one":1.0,"half":"\\ud800","nul":"a\\u0000b","__proto__":{"x":1},"stages":[]}';
    const saved = await save(text);
    expect(saved.status).toBe(200);
    expect(saved.text).toContain('"big":9007199254740993,"one":1.0,"half":"\\ud800","nul":"a\\u0000b"');
    expect(saved.text).not.toContain("__proto__");
    const gate = await call(server.url, "/applications/shop/pipelineConfigs/exact");
    expect(gate.text).toContain('"big":9007199254740993,"one":1.0');
    expect((await call(server.url, "/applications/shop/pipelineConfigs")).text).toContain('"big":9007199254740993');
  });

  test.each([
    ['{"application":"shop"}', "/name"],
    ['{"name":"a\\u0000b","application":"shop"}', "/name"],
    ['{"name":"a","application":"a b"}', "/application"],
    ['{"name":"a","application":"shop","id":"\\u0000"}', "/id"],
    [
      '{"name":"a","application":"shop","stages":[{"refId":"1","type":"wait","waitTime":"soon"}]}',
      "/stages/0/waitTime",
    ],
    ['{"name":"a","application":"shop","stages":{}}', "/stages"],
  ])("%s: the pipeline is refused with %s", async (text, pointer) => {
    const own = problem(await save(text));
    expect([own.status, own.problems?.map((each) => each.pointer)]).toEqual([400, expect.arrayContaining([pointer])]);
    const gate = gateError(await send(server.url, "POST", "/pipelines", text));
    expect(gate["problems"]).toEqual(expect.arrayContaining([{ pointer, reason: expect.any(String) }]));
  });
});
