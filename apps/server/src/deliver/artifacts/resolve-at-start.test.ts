import { expect, test } from "vitest";
import { resolveAtStart } from "./resolve-at-start.ts";

const image = (version: string) => ({ type: "docker/image", name: "app", version });
const pipeline = (more: object) => ({ expectedArtifacts: [{ id: "e", matchArtifact: { name: "app" }, ...more }] });
const never = async () => {
  throw new Error("asked for the run before");
};

test("a start binds what it received, without asking for the run before", async () => {
  expect(
    await resolveAtStart(pipeline({ usePriorArtifact: false }), {}, [image("1"), { name: "other" }], never),
  ).toEqual({
    ok: true,
    fields: {
      artifacts: [image("1"), { name: "other" }],
      expectedArtifacts: [
        { id: "e", matchArtifact: { name: "app" }, usePriorArtifact: false, boundArtifact: image("1") },
      ],
      resolvedExpectedArtifacts: [
        { id: "e", matchArtifact: { name: "app" }, usePriorArtifact: false, boundArtifact: image("1") },
      ],
    },
  });
});

test("an artifact of the run before joins the trigger's", async () => {
  expect(await resolveAtStart(pipeline({ usePriorArtifact: true }), {}, [], async () => [image("0")])).toMatchObject({
    fields: { artifacts: [image("0")] },
  });
});

test("an artifact that the trigger needs and nothing matches keeps the run from starting", async () => {
  expect(await resolveAtStart(pipeline({}), { expectedArtifactIds: ["e"] }, [], never)).toMatchObject({
    ok: false,
    problems: [{ pointer: "/expectedArtifacts/0" }],
  });
  expect(await resolveAtStart(pipeline({}), {}, [], never)).toMatchObject({
    ok: true,
    fields: { resolvedExpectedArtifacts: [] },
  });
});
