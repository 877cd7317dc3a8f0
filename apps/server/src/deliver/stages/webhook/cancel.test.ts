import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { HttpAnswer } from "../deps.ts";
import { createScene } from "../testing/scene.ts";

const url = "https://ci.example/build";
const answer = (status: number): HttpAnswer => ({ status, headers: {}, body: "", truncated: false });
const context: JsonObject = {
  url,
  cancelEndpoint: "https://ci.example/stop",
  cancelMethod: "DELETE",
  customHeaders: { "X-A": "b" },
};

async function run(more: JsonObject, codes: { start: number; stop: number }, cancels: boolean) {
  const scene = await createScene({ answer: (request) => answer(request.url === url ? codes.start : codes.stop) });
  const outcome = await scene.run("webhook", {
    context: { ...context, ...more },
    onWait: () => (cancels ? "cancel" : undefined),
  });
  return { ...outcome, stops: scene.requests.filter((request) => request.url !== url) };
}

test.each<[JsonObject, number]>([
  [{ signalCancellation: true }, 1],
  [{}, 1],
  [{ signalCancellation: false }, 0],
  [{ cancelEndpoint: " " }, 0],
])("canceled with %j the other side is told %i times", async (more, times) => {
  const { stage, stops } = await run(more, { start: 503, stop: 204 }, true);
  expect([stage.status, stops.length]).toEqual(["CANCELED", times]);
  if (times === 0) return;
  expect(stops[0]).toMatchObject({ method: "DELETE", url: "https://ci.example/stop", headers: { "x-a": "b" } });
  expect(stage.context["webhook"]).toMatchObject({ cancellation: { statusCodeValue: 204 } });
});

test.each([204, 500])("a webhook that failed is told to stop once, whether that gives %i or not", async (stop) => {
  const { stage, stages, stops } = await run({}, { start: 404, stop }, false);
  expect([stage.status, stops.length]).toEqual(["TERMINAL", 1]);
  expect(stages[1]).toMatchObject({ type: "webhook", name: "Tell https://ci.example/stop to stop" });
  expect(stages[1]?.context["continuePipeline"]).toBe(true);
});
