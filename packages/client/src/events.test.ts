import { expect, test } from "vitest";
import { parseBlock } from "./events.ts";

test.each([
  ["id: 1-2\ndata: {}", { id: "1-2", data: "{}" }],
  ["data:a\ndata: b", { id: null, data: "a\nb" }],
  [": a comment", { id: null, data: "" }],
  ["id: 3-4\n: connected", { id: "3-4", data: "" }],
])("%j is read by the rules of event streams", (block, expected) => {
  expect(parseBlock(block)).toEqual(expected);
});
