import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createScene } from "../testing/scene.ts";

const base64 = (value: unknown): JsonObject => ({
  type: "embedded/base64",
  reference: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64"),
});

async function save(context: JsonObject, more: { trigger?: JsonObject; refuse?: string } = {}) {
  const saved: [JsonObject, string][] = [];
  const { run } = await createScene({
    deps: {
      findPipeline: async (_application, name) => (name === "old" ? { id: "id-of-old" } : null),
      async savePipeline(document, user) {
        if (document["name"] === more.refuse) throw new Error("it has no stages");
        saved.push([document, user]);
        return { id: String(document["id"] ?? "new-id") };
      },
    },
  });
  const { stage } = await run("savePipelinesFromArtifact", { context, execution: { trigger: more.trigger ?? {} } });
  return { stage, saved };
}
const pipelines = { shop: [{ name: "old", stages: [] }, { name: "new" }, {}], other: [{ name: "x" }] };

test("pipelines are saved under their application as the run's user: known names replaced, others created", async () => {
  const { stage, saved } = await save({ pipelinesArtifact: base64(pipelines) });
  expect(saved).toEqual([
    [{ id: "id-of-old", name: "old", stages: [], application: "shop" }, "ann"],
    [{ name: "new", application: "shop" }, "ann"],
    [{ name: "x", application: "other" }, "ann"],
  ]);
  expect(stage.outputs).toMatchObject({
    pipelinesUpdated: [{ application: "shop", name: "old", id: "id-of-old" }],
    pipelinesCreated: [{ name: "new" }, { name: "x" }],
    pipelinesFailedToSave: [],
  });
});

test("the artifact may be bound by its id", async () => {
  const trigger = { resolvedExpectedArtifacts: [{ id: "e", boundArtifact: base64({ shop: [{ name: "new" }] }) }] };
  expect((await save({ pipelinesArtifactId: "e" }, { trigger })).saved).toHaveLength(1);
});

test("one that is refused does not keep the others from being saved, and the stage fails with its reason", async () => {
  const { stage, saved } = await save({ pipelinesArtifact: base64(pipelines) }, { refuse: "new" });
  expect([stage.status, stage.failure?.message, saved.length]).toEqual([
    "TERMINAL",
    "1 of 3 pipelines were not saved: shop/new (it has no stages)",
    2,
  ]);
});

test.each<[JsonObject, string]>([
  [{ pipelinesArtifactId: "nope" }, 'No artifact is bound to "nope"'],
  [{ pipelinesArtifact: base64("no json") }, "is no JSON"],
  [{ pipelinesArtifact: base64([]) }, "must be a JSON object of applications"],
  [{ pipelinesArtifact: base64({ shop: {} }) }, 'a list of pipelines under "shop"'],
])("%j is TERMINAL", async (context, words) => {
  expect((await save(context)).stage.failure?.message).toContain(words);
});
