import { connect } from "node:net";
import { openApiDocument } from "@gennaker/contract/openapi.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gateRoutes } from "../gate/routes.ts";
import { fuzzRequests, openApiRoutes } from "./fixtures/fuzz-requests.ts";
import { call, send } from "./fixtures/http.ts";

const server = await startServer();
afterAll(() => server.end());
beforeAll(async () => {
  await send(server.url, "PUT", "/api/v1/applications/shop", {});
  await send(server.url, "POST", "/api/v1/pipelines", {
    id: "known",
    name: "known",
    application: "shop",
    stages: [{ refId: "1", type: "wait", waitTime: 1 }],
  });
});

// The stream of events never ends, and is tested by itself.
const own = openApiRoutes(openApiDocument("test")).filter(({ path }) => path !== "/api/v1/events");
const gate = gateRoutes({} as never).map(({ method, path }) => ({ method, path }));

test.each([
  ["the own API, by its OpenAPI document", own, 700],
  ["Gate's paths", gate, 900],
])("no request to %s makes the server fail or hang", { timeout: 180_000 }, async (_name, routes, numRuns) => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fuzzRequests(routes), async ({ method, path, body }) => {
      const answer = await call(server.url, path, {
        method,
        headers: { "content-type": "application/json" },
        ...(body === undefined ? {} : { body }),
      });
      const kind = `${Math.floor(answer.status / 100)}xx`;
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      expect([answer.status, answer.text.slice(0, 300)]).toEqual([
        expect.toSatisfy((status: number) => status < 500),
        expect.anything(),
      ]);
      if (answer.status >= 400) expect(answer.headers["content-type"]).toMatch(/json/);
    }),
    { numRuns, endOnFailure: false },
  );
  // Both good and refused requests were among them, and the server is as well as before.
  expect(seen.get("2xx") ?? 0).toBeGreaterThan(50);
  expect(seen.get("4xx") ?? 0).toBeGreaterThan(50);
  expect((await call(server.url, "/health")).status).toBe(200);
});

test("paths are taken literally: no dots, no slashes and no other form of a letter reach another's document", async () => {
  const save = (name: string) =>
    send(server.url, "POST", "/pipelines", { name, application: "shop", stages: [{ refId: "1", type: "wait" }] });
  const names = ["a/b", "..", "caf\u00e9", "cafe\u0301", "50%", "a?b#c", "n".repeat(1_900)];
  for (const name of names) expect((await save(name)).status, name.slice(0, 20)).toBe(200);
  for (const name of names) {
    const path = `/applications/shop/pipelineConfigs/${name === ".." ? "%2E%2E" : encodeURIComponent(name)}`;
    const answer = await call(server.url, path);
    expect([answer.status, answer.status === 200 ? (answer.json() as { name: string }).name : ""]).toEqual([200, name]);
  }
  for (const path of [
    "/applications/shop/../shop/pipelineConfigs/none",
    "/applications/%2e%2e%2fshop",
    `/applications/${"x".repeat(3_000)}`,
  ])
    expect((await call(server.url, path)).status, path.slice(0, 40)).toBe(404);
});

test(
  "documents of 25 MB are taken or refused in words, and others are answered meanwhile",
  { timeout: 120_000 },
  async () => {
    const filled = (bytes: number) =>
      JSON.stringify({ name: "large", application: "shop", stages: [], description: "x".repeat(bytes) });
    const mebibyte = 1024 * 1024;
    const [fits, tooLong, health] = await Promise.all([
      send(server.url, "POST", "/pipelines", filled(24 * mebibyte)),
      send(server.url, "POST", "/pipelines", filled(26 * mebibyte)),
      call(server.url, "/version"),
    ]);
    expect([fits.status, tooLong.status, health.status]).toEqual([200, 413, 200]);
    expect(tooLong.json()).toMatchObject({ status: 413, message: expect.stringContaining("longer") });
    const list = await call(server.url, "/applications/shop/pipelineConfigs/large");
    expect(list.text.length).toBeGreaterThan(24 * mebibyte);
    expect((await call(server.url, "/pipelines/shop/large", { method: "DELETE" })).status).toBe(200);
  },
);

test("clients that send slowly, or stop in the middle, hold up nobody", async () => {
  const { hostname, port } = new URL(server.url);
  const head = `POST /pipelines HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
  const sockets = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => undefined);
      await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
      // Some stop in the head, some in the body.
      socket.write(index % 2 === 0 ? head.slice(0, 40) : `${head}{"name":`);
      return socket;
    }),
  );
  const answers = await Promise.all(Array.from({ length: 50 }, () => call(server.url, "/applications")));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  for (const socket of sockets) socket.destroy();
  expect((await call(server.url, "/health")).status).toBe(200);
});
