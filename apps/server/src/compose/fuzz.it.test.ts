import { routes } from "@gennaker/contract/routes.ts";
import type { Route } from "@gennaker/contract/route.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gateRoutes } from "../gate/routes.ts";
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

const paths = [
  ...Object.values(routes as Record<string, Route>).map(({ method, path }) => ({ method, path: `/api/v1${path}` })),
  ...gateRoutes({} as never).map(({ method, path }) => ({ method, path })),
];

const text = fc.oneof(
  fc.constantFrom(
    "shop",
    "known",
    "local",
    "1",
    "",
    "..",
    "%2F",
    "%00",
    "%zz",
    "null",
    "-1",
    "1e400",
    "9007199254740993",
    "__proto__",
    "constructor",
    "{application}",
    "'; drop table x; --",
    "RUNNING",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
);
const names = [
  "name",
  "application",
  "stages",
  "type",
  "refId",
  "requisiteStageRefIds",
  "job",
  "id",
  "index",
  "disabled",
  "trigger",
  "parameters",
  "parameterConfig",
  "artifacts",
  "trafficGuards",
  "cloudProviders",
  "email",
  "metrics",
  "classifier",
  "waitTime",
  "clusters",
  "decision",
  "reason",
  "pipeline",
  "description",
  "limitConcurrent",
  "__proto__",
  "toString",
];
const leaf = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom("wait", "deploy", "createApplication", "savePipeline", "manualJudgment"),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 6 }),
  ),
}));
const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8 }).map((each) => JSON.stringify(each)),
  },
  { weight: 2, arbitrary: value.map((each) => JSON.stringify(each)) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom("", "{", "[[[[", '{"a":1e999}', '"\\ud800"', "\u0000") },
);
const query = fc.dictionary(
  fc.constantFrom(
    "limit",
    "statuses",
    "before",
    "application",
    "executionIds",
    "pipelineConfigIds",
    "staleCheck",
    "tail",
    "reason",
    "expand",
  ),
  text,
  { maxKeys: 3 },
);

test("no request makes the server fail or hang", async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.array(text, { minLength: 4, maxLength: 4 }),
      query,
      body,
      async (route, values, asked, sent) => {
        let next = 0;
        const path = route.path.replace(/:[A-Za-z]+/g, () => {
          const chosen = values[next++ % 4] ?? "";
          return chosen.startsWith("%") ? chosen : encodeURIComponent(chosen.toWellFormed()) || "x";
        });
        const search = new URLSearchParams(asked as Record<string, string>).toString();
        const answer = await call(server.url, `${path}${search === "" ? "" : `?${search}`}`, {
          method: route.method,
          headers: { "content-type": "application/json" },
          ...(route.method === "GET" ? {} : { body: sent }),
        });
        seen.set(`${Math.floor(answer.status / 100)}xx`, (seen.get(`${Math.floor(answer.status / 100)}xx`) ?? 0) + 1);
        expect([answer.status, answer.text.slice(0, 300)]).toEqual([
          expect.toSatisfy((status: number) => status < 500),
          expect.anything(),
        ]);
        if (answer.status >= 400) expect(answer.headers["content-type"]).toMatch(/json/);
      },
    ),
    { numRuns: 1_200, endOnFailure: false },
  );
  // Both good and refused requests were among them, and the server is as well as before.
  expect(seen.get("2xx") ?? 0).toBeGreaterThan(50);
  expect(seen.get("4xx") ?? 0).toBeGreaterThan(50);
  expect((await call(server.url, "/health")).status).toBe(200);
});
