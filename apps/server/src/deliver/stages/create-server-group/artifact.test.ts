import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView } from "../../../engine/api.ts";
import { artifactById } from "./artifact.ts";

const bound = (reference: string): JsonObject => ({
  resolvedExpectedArtifacts: [{ id: "a", boundArtifact: { type: "host/tarball", reference } }],
});
const run = (trigger: JsonObject, ...outputs: JsonObject[]): ExecutionView =>
  ({ trigger, initialConfig: {}, stages: outputs.map((each) => ({ outputs: each })) }) as unknown as ExecutionView;

test("a cluster's artifactId is what the start bound, else what the latest stage bound", () => {
  expect(artifactById(run(bound("start"), bound("stage")), "a")).toMatchObject({ reference: "start" });
  expect(artifactById(run({}, bound("first"), bound("second"), {}), "a")).toMatchObject({ reference: "second" });
  expect(artifactById(run({}, bound("first")), "b")).toBeNull();
});
