import { expect, test } from "vitest";
import { bindExpected } from "./bind-produced.ts";

test("a stage's expected artifacts are bound to the first match; one without a match fails the stage", () => {
  const expected = [{ id: "e", matchArtifact: { name: "b.*" } }];
  expect(bindExpected(expected, [{ name: "b1" }, { name: "b2" }])).toMatchObject({
    status: "SUCCEEDED",
    outputs: { artifacts: [{ name: "b1" }], resolvedExpectedArtifacts: [{ boundArtifact: { name: "b1" } }] },
  });
  expect(bindExpected(expected, [])).toMatchObject({ status: "TERMINAL", failure: { code: "artifact.unmatched" } });
});
