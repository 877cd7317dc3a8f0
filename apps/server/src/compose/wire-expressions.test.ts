import { expect, test } from "vitest";
import type { OutgoingAnswer, OutgoingRequest } from "../platform/outgoing/api.ts";
import { createLate } from "./late.ts";
import { wireExpressions } from "./wire-expressions.ts";

function scene(answer: Partial<OutgoingAnswer>) {
  const sent: OutgoingRequest[] = [];
  const pipelines =
    createLate<Parameters<typeof wireExpressions>[0]["pipelines"] extends { get(): infer T } ? T : never>("pipelines");
  pipelines.set({
    byName: async (application, name) => (name === "deploy" ? ({ id: `${application}-1` } as never) : null),
  });
  const lookups = wireExpressions({
    outgoing: {
      async send(request) {
        sent.push(request);
        return { status: 200, headers: {}, body: "", truncated: false, ...answer };
      },
    },
    pipelines,
    applications: { get: async (name) => (name === "shop" ? ({ name, attributes: { email: "e@x" } } as never) : null) },
    canaryConfigs: { list: async () => [{ id: "c1", name: "latency" }] as never },
  });
  return { lookups, sent };
}

test("addresses go through the guarded client as an expression's, never as configured", async () => {
  const { lookups, sent } = scene({ body: "text" });
  expect(await lookups.fetchUrl?.("http://x/y", "shop")).toBe("text");
  expect(sent).toEqual([
    expect.objectContaining({ purpose: "expression", method: "GET", url: "http://x/y", application: "shop" }),
  ]);
  expect(sent[0]?.configured).toBeUndefined();
});

test("an answer that is no success or too long is an error", async () => {
  await expect(scene({ status: 404 }).lookups.fetchUrl?.("u", "shop")).rejects.toThrow("answered 404");
  await expect(scene({ truncated: true }).lookups.fetchUrl?.("u", "shop")).rejects.toThrow("longer than");
});

test("pipelines, applications and canary configs are found by name", async () => {
  const { lookups } = scene({});
  expect(await lookups.pipelineId?.("deploy", "shop")).toBe("shop-1");
  expect(await lookups.pipelineId?.("other", "shop")).toBeNull();
  expect(await lookups.applicationMetadata?.("shop")).toEqual({ name: "shop", email: "e@x" });
  await expect(lookups.applicationMetadata?.("nope")).rejects.toThrow("no application 'nope'");
  expect(await lookups.canaryConfigNameToId?.("latency", "shop")).toBe("c1");
  expect(await lookups.canaryConfigNameToId?.("other", "shop")).toBeNull();
});
