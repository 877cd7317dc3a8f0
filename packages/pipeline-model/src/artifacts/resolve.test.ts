import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { matchesArtifact } from "./match.ts";
import { boundArtifact, distinct, expectedAtStart, resolveArtifacts } from "./resolve.ts";

test.each<[JsonObject, JsonObject, boolean]>([
  [{}, { type: "docker/image", name: "app" }, true],
  [{ type: "docker/image", name: "app" }, { type: "docker/image", name: "app", version: "1" }, true],
  [{ type: "docker/image" }, { type: "http/file" }, false],
  [{ name: "gcr.io/.*" }, { name: "gcr.io/app" }, true],
  [{ name: "io/app" }, { name: "gcr.io/app" }, false],
  [{ version: "v\\d+" }, { version: "v12" }, true],
  [{ version: "v\\d+" }, { version: "v12-rc" }, false],
  [{ version: "1" }, {}, false],
  [{ location: "eu" }, { location: "eu" }, true],
  [{ reference: "YWI+" }, { reference: "YWI+" }, true],
  [{ type: "embedded/base64" }, { type: "remote/base64" }, true],
  [{ type: "remote/base64" }, { type: "embedded/base64" }, true],
  [{ type: "embedded/base64", name: "a" }, { type: "remote/base64", name: "b" }, false],
  [{ name: "(" }, { name: "(" }, true],
  [{ name: "(" }, { name: "x" }, false],
  [{ name: "", type: null }, { name: "x" }, true],
])("%j matches %j: %s", (wanted, artifact, is) => {
  expect(matchesArtifact(wanted, artifact)).toBe(is);
});

test("a pattern made to be slow is linear", () => {
  expect(matchesArtifact({ name: "(a+)+b" }, { name: "a".repeat(50_000) })).toBe(false);
});

const image = (version: string): JsonObject => ({ type: "docker/image", name: "app", version });
const expected = (more: JsonObject = {}): JsonObject => ({
  id: "e",
  displayName: "the image",
  matchArtifact: { name: "app" },
  ...more,
});
const both = { usePriorArtifact: true, useDefaultArtifact: true, defaultArtifact: image("default") };
const resolve = (one: JsonObject, current: JsonObject[], prior: JsonObject[] = [], unique = true) =>
  resolveArtifacts([one], { current, prior, unique, at: "/expectedArtifacts" });

test.each<[string, JsonObject, JsonObject[], JsonObject[], string]>([
  ["a match comes first", both, [image("now")], [image("before")], "now"],
  ["then the run before", both, [], [image("before")], "before"],
  ["usePriorExecution is the old name of that", { usePriorExecution: "true" }, [], [image("before")], "before"],
  ["then the default", both, [{ name: "other" }], [], "default"],
])("%s", (_rule, more, current, prior, version) => {
  expect(resolve(expected(more), current, prior)).toEqual({
    ok: true,
    artifacts: [image(version)],
    expected: [expected({ ...more, boundArtifact: image(version) })],
  });
});

test("nothing is a problem with its place", () => {
  expect(resolve(expected({ useDefaultArtifact: true }), [], [image("before")])).toEqual({
    ok: false,
    problems: [
      {
        pointer: "/expectedArtifacts/0",
        reason: 'expected artifact "the image" matches no artifact, and there is no earlier one or default to use',
      },
    ],
  });
});

test("two matches are a problem at the start, but the same artifact twice is not; elsewhere the first is taken", () => {
  expect(resolve(expected(), [image("1"), image("2")])).toMatchObject({
    ok: false,
    problems: [{ reason: expect.stringContaining("matches 2 artifacts") as string }],
  });
  expect(resolve(expected(), [image("1"), { version: "1", name: "app", type: "docker/image" }])).toMatchObject({
    ok: true,
  });
  expect(resolve(expected(), [image("1"), image("2")], [], false)).toMatchObject({ artifacts: [image("1")] });
});

test("a start resolves what the trigger names, what has a fallback, and what an artifact matches", () => {
  const list = [
    expected({ id: "named", matchArtifact: { name: "x" } }),
    expected({ id: "default", useDefaultArtifact: true }),
    expected({ id: "matched" }),
    expected({ id: "open", matchArtifact: { name: "y" } }),
  ];
  const found = expectedAtStart({ expectedArtifacts: list }, { expectedArtifactIds: ["named"] }, [image("1")]);
  expect(found.map(({ id }) => id)).toEqual(["named", "default", "matched"]);
});

test("a bound artifact takes the expected account only when it has none", () => {
  const one = (artifact: JsonObject) =>
    boundArtifact([{ id: "e", matchArtifact: { artifactAccount: "expected" }, boundArtifact: artifact }], "e");
  expect(one({ name: "a" })).toEqual({ name: "a", artifactAccount: "expected" });
  expect(one({ name: "a", artifactAccount: "own" })).toEqual({ name: "a", artifactAccount: "own" });
  expect(boundArtifact([], "e")).toBeNull();
});

test("equal artifacts are one, whatever the order of their fields", () => {
  expect(distinct([{ a: 1, b: 2 }, { b: 2, a: 1, c: null }, { a: 2 }])).toEqual([{ a: 1, b: 2 }, { a: 2 }]);
});
