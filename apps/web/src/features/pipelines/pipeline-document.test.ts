import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import { describe, expect, test } from "vitest";
import { locate } from "./locate.ts";
import { newDocument, parseDocument, stageCount, toggled } from "./pipeline-document.ts";

const pipeline: Pipeline = {
  id: "p",
  application: "shop",
  name: "Ship",
  disabled: false,
  updatedAt: "",
  lastModifiedBy: "",
  version: 1,
  lastExecution: null,
  document: { name: "Ship", application: "shop", unknownField: [1], stages: [{ type: "wait" }] },
};

test("turning a pipeline off keeps everything else of its document", () => {
  expect(toggled(pipeline)).toEqual({ ...pipeline.document, id: "p", disabled: true });
  expect(toggled({ ...pipeline, disabled: true })["disabled"]).toBe(false);
});

test("stages are counted where there are any", () => {
  expect(stageCount(pipeline.document)).toBe(1);
  expect(stageCount({ stages: "x" })).toBe(0);
});

test("what a new pipeline starts with belongs to the application and has stages in a row", () => {
  const document = newDocument("shop");
  expect(document["application"]).toBe("shop");
  expect(stageCount(document)).toBe(2);
});

test.each([
  ["{}", true],
  ["[1]", false],
  ["null", false],
  ["{", false],
])("%s is a document: %s", (text, ok) => {
  expect(parseDocument(text).ok).toBe(ok);
});

describe("locate", () => {
  const text = `{
  "name": "a \\"quoted\\" }name",
  "stages": [
    { "type": "wait", "waitTime": -1.5e3 },
    { "a/b": { "~": [true, null, {"deep": "x"}] } }
  ]
}`;
  const found = (pointer: string) => {
    const place = locate(text, pointer);
    return place ? [text.slice(place.start, place.end), place.line] : null;
  };

  test.each([
    ["/name", '"a \\"quoted\\" }name"', 2],
    ["/stages/0/waitTime", "-1.5e3", 4],
    ["/stages/1/a~1b/~0/2/deep", '"x"', 5],
    ["/stages/1/a~1b/~0/1", "null", 5],
    ["/stages/0/missing", '{ "type": "wait", "waitTime": -1.5e3 }', 4],
    ["/stages/0/type/deeper", '"wait"', 4],
  ])("%s", (pointer, value, line) => {
    expect(found(pointer)).toEqual([value, line]);
  });

  test("the empty pointer is the whole document", () => {
    expect(found("")).toEqual([text, 1]);
  });

  test("an index beyond the list leads to the list", () => {
    expect(found("/stages/9")?.[1]).toBe(3);
  });

  test.each(["", "{", '{"a": ', '{"a" 1}', '{"a": [1,'])("no place in %j, and no endless search", (broken) => {
    expect(locate(broken, "/a/5/b")).toBeNull();
  });
});
