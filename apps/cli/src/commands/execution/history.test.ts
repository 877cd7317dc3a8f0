import { describe, expect, test } from "vitest";
import { aStage, anExecution } from "../../testing/builders.ts";
import { runAgainst } from "../../testing/stub-api.ts";
import { formOf, instantOf } from "./list.ts";
import { inWords, policyOf } from "./retention.ts";

const time = "2026-05-04T10:00:00.000Z";
const step = (number: number, text: string, after: string) => ({
  number,
  time,
  text,
  stage: null,
  task: null,
  before: number === 1 ? null : "RUNNING",
  after,
});
const answers = {
  "GET /executions": [anExecution()],
  "GET /executions/E/history": {
    execution: "E",
    total: 9,
    steps: [step(1, "The run was created with 1 stage.", "NOT_STARTED"), step(2, "The run succeeded.", "SUCCEEDED")],
    at: 2,
    state: {
      ...anExecution({ status: "SUCCEEDED" }),
      stages: [aStage({ refId: "7", name: "Deploy", status: "SUCCEEDED" })],
    },
  },
  "DELETE /executions/E": {},
  "GET /retention": {
    keepDays: 90,
    keepLast: null,
    applications: [{ application: "shop", keepDays: null, keepLast: 5 }],
  },
  "PUT /retention": { keepDays: 90, keepLast: 50 },
  "GET /applications/shop/retention": { application: "shop", keepDays: null, keepLast: null, source: "server" },
  "PUT /applications/shop/retention": { application: "shop", keepDays: null, keepLast: null, source: "application" },
  "DELETE /applications/shop/retention": { application: "shop", keepDays: 1, keepLast: null, source: "server" },
};

describe("a history", () => {
  test("is told step by step, with the stages as they stood", async () => {
    const { code, out } = await runAgainst(answers, ["execution", "history", "E", "--at", "2"]);
    expect(code).toBe(0);
    expect(out).toMatch(/1 +2026-05-04T10:00:00.000Z +The run was created with 1 stage\. +NOT_STARTED/);
    expect(out).toMatch(/2 +2026-05-04T10:00:00.000Z +The run succeeded\. +RUNNING +SUCCEEDED/);
    expect(out).toMatch(/After step 2 of 9 the run is SUCCEEDED:\n\n?.*STAGE[\s\S]*7 +Deploy/);
  });

  test("is the API's own resource as JSON", async () => {
    const { out } = await runAgainst(answers, ["execution", "history", "E", "--json"]);
    expect(JSON.parse(out)).toEqual(answers["GET /executions/E/history"]);
  });
});

describe("the search", () => {
  test("takes every filter", async () => {
    const words =
      "execution list shop --name Ship --status TERMINAL --trigger-type manual --trigger-type cron --by ann";
    const more = ["--parameter", "env=prod", "--artifact", "web", "--text", "release 7", "--from", "2026-05-04"];
    const { code, asked } = await runAgainst(answers, [...words.split(" "), ...more]);
    expect([code, asked.map((each) => each.path)]).toEqual([0, ["/executions"]]);
  });

  test("encodes parameters so that any value arrives", () => {
    const form = formOf(["env=prod", "note=a&b=c+d e"]) ?? "";
    expect(Object.fromEntries(new URLSearchParams(form))).toEqual({ env: "prod", note: "a&b=c+d e" });
    expect([formOf(undefined), formOf([])]).toEqual([undefined, undefined]);
    for (const wrong of ["env", "=x"]) expect(() => formOf([wrong])).toThrow("is no parameter");
  });

  test("reads days and times, in UTC where no zone is said", () => {
    expect(instantOf("2026-05-04")).toBe("2026-05-04T00:00:00.000Z");
    expect(instantOf("2026-05-04T10:20")).toBe("2026-05-04T10:20:00.000Z");
    expect(instantOf("2026-05-04T10:20:00+09:00")).toBe("2026-05-04T01:20:00.000Z");
    expect(instantOf(undefined)).toBeUndefined();
    expect(() => instantOf("yesterday")).toThrow("is no time");
  });
});

describe("retention", () => {
  test("is shown of the server with its exceptions, and of one application", async () => {
    expect((await runAgainst(answers, ["execution", "retention", "get"])).out).toBe(
      "Server: an execution is kept 90 days after its end\nshop: an execution is kept while it is among the newest 5 of its pipeline\n",
    );
    expect((await runAgainst(answers, ["execution", "retention", "get", "shop"])).out).toBe(
      "shop: executions are kept for ever (the server's policy)\n",
    );
  });

  test("is set and cleared", async () => {
    const server = await runAgainst(answers, ["execution", "retention", "set", "--days", "90", "--last", "50"]);
    expect(server.asked).toEqual([{ method: "PUT", path: "/retention", body: { keepDays: 90, keepLast: 50 } }]);
    expect(server.out).toContain("kept 90 days after its end, and longer while it is among the newest 50");
    const shop = await runAgainst(answers, ["execution", "retention", "set", "shop", "--forever"]);
    expect(shop.asked[0]?.body).toEqual({ keepDays: null, keepLast: null });
    const cleared = await runAgainst(answers, ["execution", "retention", "clear", "shop"]);
    expect([cleared.asked[0]?.method, cleared.out]).toEqual([
      "DELETE",
      "shop: an execution is kept 1 day after its end (the server's policy)\n",
    ]);
  });

  test("must be said, and not in two ways at once", () => {
    expect(() => policyOf({})).toThrow("How long");
    expect(() => policyOf({ days: 3, forever: true })).toThrow("How long");
    expect(inWords(policyOf({ forever: true }))).toBe("executions are kept for ever");
  });
});

test("an execution is removed", async () => {
  const { code, out, asked } = await runAgainst(answers, ["execution", "remove", "E"]);
  expect([code, out, asked[0]?.method]).toEqual([0, "Removed E.\n", "DELETE"]);
});
