import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, StageView } from "../../engine/api.ts";
import { allArtifacts, boundFor, inputArtifact, visibleArtifacts, withAncestors } from "./api.ts";
import { fetchArtifact, fetchLimits } from "./fetch.ts";

const stage = (
  refId: string,
  requisites: string[],
  outputs: JsonObject = {},
  more: Partial<StageView> = {},
): StageView =>
  ({
    id: `id-${refId}`,
    refId,
    requisiteStageRefIds: requisites,
    parentStageId: null,
    context: {},
    outputs,
    ...more,
  }) as StageView;
const bound = (id: string, name: string): JsonObject => ({ id, boundArtifact: { name } });
const stages = [
  stage("a", [], { artifacts: [{ name: "a" }], resolvedExpectedArtifacts: [bound("x", "far"), bound("y", "only a")] }),
  stage("b", ["a"], { artifacts: [{ name: "b" }], resolvedExpectedArtifacts: [bound("x", "near")] }),
  stage("side", [], { artifacts: [{ name: "side" }], resolvedExpectedArtifacts: [bound("z", "side")] }),
  stage("c", ["b"], {}, { context: { artifacts: [{ name: "own" }] } }),
  stage("c<1", [], {}, { parentStageId: "id-c" }),
];
const trigger = {
  artifacts: [{ name: "t" }],
  resolvedExpectedArtifacts: [bound("t", "trigger"), bound("x", "trigger")],
};
const execution = { stages, trigger } as unknown as ExecutionView;
const at = (refId: string) => stages.find((one) => one.refId === refId) as StageView;
const names = (list: JsonObject[]) => list.map(({ name }) => name);

test("ancestors are those before the stage, nearest first, through the parent of a synthetic stage", () => {
  expect(withAncestors(execution, at("c<1")).map(({ refId }) => refId)).toEqual(["c<1", "c", "b", "a"]);
});

test("a stage sees its own artifacts, then those before it, then the trigger's", () => {
  expect(names(visibleArtifacts(execution, at("c")))).toEqual(["own", "b", "a", "t"]);
});

test("all artifacts of a run: later stages first, the trigger's last; a stage can be left out", () => {
  expect(names(allArtifacts(execution))).toEqual(["side", "b", "a", "t"]);
  expect(names(allArtifacts(execution, "b"))).toEqual(["side", "a", "t"]);
});

test.each([
  ["x", "near"],
  ["y", "only a"],
  ["t", "trigger"],
])("the id %s is bound to the nearest, %s", (id, name) => {
  expect(boundFor(execution, at("c"), id)).toMatchObject({ name });
});

test("what a stage beside it bound is not seen", () => {
  expect(boundFor(execution, at("c"), "z")).toBeNull();
});

test("an input artifact is the one bound to its id, or the one written there, with the account asked for", () => {
  expect(inputArtifact(execution, at("c"), { id: "x", account: "acc" })).toEqual({
    name: "near",
    artifactAccount: "acc",
  });
  expect(inputArtifact(execution, at("c"), { artifact: { name: "inline" } })).toEqual({ name: "inline" });
  expect(inputArtifact(execution, at("c"), { id: "nope" })).toBeNull();
});

const signal = new AbortController().signal;
const answering =
  (status: number, body: string, truncated = false) =>
  async () => ({ status, body, truncated });
const never = async () => {
  throw new Error("host could not be asked");
};

test("base64 is decoded without asking anybody", async () => {
  expect(await fetchArtifact(never, { type: "embedded/base64", reference: "aGFsbG8=" }, signal)).toBe("hallo");
  expect(await fetchArtifact(never, { type: "remote/base64", reference: "aGFs\nbG8" }, signal)).toBe("hallo");
});

test("http/file is asked for with limits on time and size", async () => {
  const asked: JsonObject[] = [];
  const send = async ({
    url,
    method,
    maxBytes,
    timeoutMs,
  }: {
    url: string;
    method: string;
    maxBytes: number;
    timeoutMs: number;
  }) => {
    asked.push({ url, method, maxBytes, timeoutMs });
    return { status: 200, body: "text", truncated: false };
  };
  expect(await fetchArtifact(send, { type: "http/file", reference: "https://h/f" }, signal)).toBe("text");
  expect(asked).toEqual([{ url: "https://h/f", method: "GET", ...fetchLimits }]);
});

test.each<[JsonObject, Parameters<typeof fetchArtifact>[0], string, boolean]>([
  [{ type: "embedded/base64", reference: "?" }, never, "artifact.base64", false],
  [{ type: "embedded/base64" }, never, "artifact.reference", false],
  [{ type: "s3/object", reference: "s3://b/k" }, never, "artifact.type", false],
  [{ type: "http/file", reference: "https://h/f" }, never, "artifact.unreachable", true],
  [{ type: "http/file", reference: "https://h/f" }, answering(503, ""), "artifact.unreachable", true],
  [{ type: "http/file", reference: "https://h/f" }, answering(404, ""), "artifact.missing", false],
  [{ type: "http/file", reference: "https://h/f" }, answering(200, "x", true), "artifact.tooLong", false],
])("%j cannot be fetched", async (artifact, send, code, retryable) => {
  await expect(fetchArtifact(send, artifact, signal)).rejects.toMatchObject({ retryable, explanation: { code } });
});
