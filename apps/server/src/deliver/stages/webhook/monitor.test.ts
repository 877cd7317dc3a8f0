import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { HttpAnswer, HttpRequest } from "../deps.ts";
import { OutgoingError } from "../../../platform/outgoing/api.ts";
import type { OutgoingFault } from "../../../platform/outgoing/api.ts";
import { createScene } from "../testing/scene.ts";
import { statusMeaning } from "./status.ts";

const url = "https://ci.example/build";
const json = (body: unknown, status = 200, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
  truncated: false,
});

const coded = (fault: OutgoingFault): Error => new OutgoingError(fault, "asked in vain");

/** Answers the first request with `first`, later ones with `statuses` in turn, the last of them for ever. */
async function watch(context: JsonObject, first: HttpAnswer, statuses: (HttpAnswer | Error)[]) {
  const left = [...statuses];
  const scene = await createScene({
    answer: () => {
      if (scene.requests.length === 1 && context["monitorOnly"] !== true) return first;
      const next = left.length > 1 ? left.shift() : left[0];
      if (next === undefined || next instanceof Error) throw next ?? new Error("none");
      return next;
    },
  });
  const outcome = await scene.run("webhook", {
    context: { url, waitForCompletion: true, statusJsonPath: "$.status", successStatuses: "done, ok", ...context },
  });
  const webhook = outcome.stage.context["webhook"] as JsonObject | undefined;
  const monitor = webhook?.["monitor"] as JsonObject;
  return { ...outcome, webhook, monitor, requests: scene.requests, asked: scene.requests.slice(1) };
}

test.each<[JsonObject, HttpAnswer, string]>([
  [{}, json({}), url],
  [{ statusUrlResolution: "locationHeader" }, json({}, 202, { location: "/build/7" }), "https://ci.example/build/7"],
  [
    { statusUrlResolution: "webhookResponse", statusUrlJsonPath: "$.links.self" },
    json({ links: { self: "https://b.example/7" } }),
    "https://b.example/7",
  ],
  [
    { statusUrlResolution: "webhookResponse", statusUrlJsonPath: "links.self" },
    json({ links: { self: "/7" } }),
    "https://ci.example/7",
  ],
  [
    { statusUrlResolution: "locationHeader" },
    json({}, 202, { location: "http://ci.example/build/7" }),
    "https://ci.example/build/7",
  ],
])("with %j the status is asked at the right address", async (context, first, address) => {
  const { stage, asked, webhook, monitor } = await watch(context, first, [json({ status: "DONE" })]);
  expect(stage.status).toBe("SUCCEEDED");
  expect(asked.map((request: HttpRequest) => [request.method, request.url])).toEqual([["GET", address]]);
  expect([stage.context["statusEndpoint"], webhook?.["statusEndpoint"]]).toEqual([address, address]);
  expect(monitor).toMatchObject({ statusCode: "OK", statusCodeValue: 200, body: { status: "DONE" } });
});

test("an address that is missing ends the stage with where it was looked for", async () => {
  const { stage } = await watch({ statusUrlResolution: "locationHeader" }, json({}), []);
  expect(stage.failure?.message).toBe("The webhook should be watched, but there is no address in the Location header.");
});

test("looks each second, each 15 seconds after a minute, and shows the progress", async () => {
  const running = Array.from({ length: 65 }, () => json({ status: "busy", done: "3 of 4" }));
  const { stage, asked, waits, monitor } = await watch({ progressJsonPath: "$.done" }, json({}), [
    ...running,
    json({ status: "ok", done: "all" }),
  ]);
  expect(stage.status).toBe("SUCCEEDED");
  expect(asked).toHaveLength(66);
  expect(waits[0]?.message).toBe(`Waits for the work to end. ${url}: status "busy", 3 of 4`);
  expect(monitor["progressMessage"]).toBe("all");
});

test.each<[JsonObject, (HttpAnswer | Error)[], string]>([
  [{ canceledStatuses: "stopped" }, [json({ status: "Stopped" })], "CANCELED"],
  [{ terminalStatuses: "broken,failed" }, [json({ status: "failed" })], "TERMINAL"],
  [{ successStatuses: null }, [json({ status: "anything" })], "TERMINAL"],
  [{ successStatuses: "", terminalStatuses: "bad" }, [json({ status: "x" }), json({ status: "BAD" })], "TERMINAL"],
  [{ terminalStatuses: "done" }, [json({ status: "done" })], "TERMINAL"],
  [{ successStatuses: "true" }, [json({ status: false }), json({ status: true })], "SUCCEEDED"],
  [{ statusJsonPath: "$..status" }, [json({ status: "done" })], "TERMINAL"],
  [{ progressJsonPath: "$.nope" }, [json({ status: "done" })], "TERMINAL"],
  [{ progressJsonPath: "$.p" }, [json({ status: "done", p: 5 })], "TERMINAL"],
  [{ failFastStatusCodes: [503] }, [json({}, 503), json({}, 504), json({ status: "ok" })], "SUCCEEDED"],
  [{ webhookRetryStatusCodes: [404] }, [json({}, 404), json({ status: "ok" })], "TERMINAL"],
  [{}, [json({})], "TERMINAL"],
  [{}, [json({}, 404)], "TERMINAL"],
  [{ retryStatusCodes: [404] }, [json({}, 404), json({ status: "ok" })], "SUCCEEDED"],
  [{ retries: { 404: { maxAttempts: 1 } } }, [json({}, 404), json({ status: "ok" })], "SUCCEEDED"],
  [{ retries: { 503: { maxAttempts: 1 } } }, [json({}, 503), json({}, 503), json({ status: "ok" })], "TERMINAL"],
  [{}, [json({}, 503), coded("unresolved"), json({ status: 40 }), json({ status: 100 })], "SUCCEEDED"],
  [{}, [coded("timeout"), json({ status: "ok" })], "SUCCEEDED"],
  [{}, [coded("unreachable"), json({ status: "ok" })], "TERMINAL"],
  [{ statusJsonPath: "" }, [json({ status: "whatever" })], "SUCCEEDED"],
  [{ monitorOnly: true }, [json({ status: "ok" })], "SUCCEEDED"],
  [{ monitorOnly: true, url: null, statusEndpoint: "https://b.example/s" }, [json({ status: "ok" })], "SUCCEEDED"],
])("with %j it ends as it should", async (context, statuses, wanted) => {
  expect((await watch(context, json({}), statuses)).stage.status).toBe(wanted);
});

test("waits before the first look, and gives up after an hour", async () => {
  const before = await watch({ waitBeforeMonitor: 30 }, json({}), [json({ status: "ok" })]);
  expect(before.waits.map((waiting) => waiting.code)).toEqual(["webhook.before"]);
  const late = await watch({}, json({}), [json({ status: "busy" })]);
  expect(late.stage.failure?.message).toContain("timed out");
});

test("artifacts of the final answer become outputs", async () => {
  const { stage } = await watch({}, json({}), [json({ status: "ok", artifacts: [{ type: "docker/image" }] })]);
  expect(stage.outputs).toEqual({ artifacts: [{ type: "docker/image" }] });
});

test("a JSONPath that is none is said", async () => {
  const { stage } = await watch({ statusJsonPath: "$[" }, json({}), [json({})]);
  expect(stage.failure?.message).toContain('The JSONPath "$[" of the webhook cannot be read');
});

test("a number is a percentage and 100 the end", () => {
  const rules = { success: null, canceled: [], terminal: [] };
  expect(statusMeaning(100, "$", rules)).toEqual({ kind: "done", percent: 100 });
  expect(statusMeaning(99.5, "$", rules)).toEqual({ kind: "going", percent: 99.5, words: "99.5 %" });
  expect(statusMeaning({}, "$.s", rules)).toMatchObject({
    kind: "failed",
    words: expect.stringContaining("the status at $.s must be a single text, number or flag"),
  });
});

test("codes that were waited out are counted, a status that is no single value is shown", async () => {
  const counted = await watch({}, json({}), [json({}, 503), json({}, 502), json({ status: "ok" })]);
  expect(counted.monitor).toMatchObject({ pastStatusCodes: [503, 502], statusCodeValue: 200 });
  const list = await watch({}, json({}), [json({ status: ["a"] })]);
  expect(list.monitor).toMatchObject({ resolvedValue: ["a"], error: expect.stringContaining("single") });
});
