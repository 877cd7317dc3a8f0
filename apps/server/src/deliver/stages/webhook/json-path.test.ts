import { expect, test } from "vitest";
import type { Json } from "@gennaker/contract/json.ts";
import { readPath } from "./json-path.ts";

const body: Json = {
  status: "done",
  "build-state": { "in progress": 1, nothing: null },
  jobs: [
    { name: "a", ms: 3, ok: true },
    { name: "b", ms: 5, ok: false },
  ],
  "a.b": 7,
};

test.each<[string, Json | undefined]>([
  ["$.status", "done"],
  ["status", "done"],
  [" $.status ", "done"],
  ["$.build-state['in progress']", 1],
  ["build-state.nothing", null],
  ["$['a.b']", 7],
  ['$["a.b"]', 7],
  ["$.jobs[1].name", "b"],
  ["$.jobs[-1].name", "b"],
  ["$.jobs[9].name", undefined],
  ["$.none.there", undefined],
  ["$.status.deeper", undefined],
  ["$..name", ["a", "b"]],
  ["$.jobs[*].ms", [3, 5]],
  ["$.jobs.*.ms", [3, 5]],
  ["$.jobs[?(@.ok == true)].name", ["a"]],
  ["$.jobs[?(@.ok == 'x')].name", []],
  ["$.jobs[0:1].name", ["a"]],
  ["$.jobs[0,1].name", ["a", "b"]],
  ["$.jobs.length()", 2],
  ["$.jobs[*].ms.sum()", 8],
  ["$.jobs[*].ms.avg()", 4],
  ["$.jobs[*].ms.min()", 3],
  ["$.jobs[*].ms.max()", 5],
  ["$.jobs[*].name.sum()", undefined],
  ["$.jobs.first()", { name: "a", ms: 3, ok: true }],
  ["$..name.last()", "b"],
  ["$.build-state.keys()", ["in progress", "nothing"]],
  ["$.none.size()", undefined],
  ["$", body],
])("%s", (path, value) => {
  expect(readPath(body, path)?.value).toEqual(value);
  if (value === undefined) expect(readPath(body, path)).toBeNull();
});

test.each(["$.a[", "$.jobs[?(@.ok", "$.jobs.nope()", "$.jobs[?(@.name =~ /a/)]"])("%s cannot be read", (path) => {
  expect(() => readPath(body, path)).toThrow(`The JSONPath "${path}" of the webhook cannot be read`);
});

test("a body that is no JSON has nothing below it", () => {
  expect(readPath("plain", "$.status")).toBeNull();
  expect(readPath(null, "status")).toBeNull();
});
