import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createScene } from "../testing/scene.ts";

const decoded = (artifact: JsonObject) => Buffer.from(String(artifact["reference"]), "base64").toString();
const contents = (name: string, text: JsonObject[string]): JsonObject => ({ name, contents: text });

async function evaluate(artifactContents: JsonObject[], expectedArtifacts: JsonObject[] = []) {
  const { run } = await createScene();
  const { stage } = await run("evaluateArtifacts", {
    context: { artifactContents, expectedArtifacts },
    execution: { trigger: { parameters: { v: "7" } } },
  });
  return { stage, artifacts: (stage.outputs["artifacts"] ?? []) as JsonObject[] };
}

test("texts become base64 artifacts, each visible to the next under its name", async () => {
  const { stage, artifacts } = await evaluate([
    contents("a", "v${ parameters.v }"),
    contents("b", "${ a }!"),
    contents("none", ""),
    contents("json", { x: 1 }),
  ]);
  expect(stage.status).toBe("SUCCEEDED");
  expect(artifacts.map((artifact) => [artifact["name"], decoded(artifact)])).toEqual([
    ["a", "v7"],
    ["b", "v7!"],
    ["json", '{"x":1}'],
  ]);
  expect(artifacts[0]).toMatchObject({ type: "embedded/base64", artifactAccount: "embedded-artifact" });
});

test("expected artifacts are bound to what was made, also as remote base64", async () => {
  const { stage } = await evaluate(
    [contents("a", "x"), contents("b", "y")],
    [{ id: "e", matchArtifact: { type: "remote/base64", name: "b" } }],
  );
  expect(stage.outputs["resolvedExpectedArtifacts"]).toMatchObject([{ id: "e", boundArtifact: { name: "b" } }]);
});

test("an expected artifact that nothing matches is TERMINAL", async () => {
  const { stage } = await evaluate(
    [contents("a", "x")],
    [{ id: "e", displayName: "manifest", matchArtifact: { name: "z" } }],
  );
  expect([stage.status, stage.failure?.message]).toEqual([
    "TERMINAL",
    expect.stringContaining('"manifest" matches no artifact'),
  ]);
});

test("an expression that fails stays raw", async () => {
  const { artifacts } = await evaluate([contents("a", "${ nope }")]);
  expect(artifacts.map(decoded)).toEqual(["${ nope }"]);
});
