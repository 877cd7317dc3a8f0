import { expect, test } from "vitest";
import { createMethodIndex } from "./method-index.ts";

test("tells the methods of every pattern a path fits, in a fixed order", () => {
  const index = createMethodIndex();
  index.add("DELETE", "/pipelines/:id");
  index.add(["GET", "HEAD"], "/pipelines/:id");
  index.add("POST", "/pipelines/:application/:name");
  index.add("PUT", "/pipelines/:id/cancel");
  index.add("GET", "/ui/*");
  index.add("GET", "/api/v1/openapi.json");
  expect(index.of("/pipelines/a")).toEqual(["GET", "HEAD", "DELETE"]);
  expect(index.of("/pipelines/a/")).toEqual(["GET", "HEAD", "DELETE"]);
  expect(index.of("/pipelines/a/cancel")).toEqual(["POST", "PUT"]);
  expect(index.of("/pipelines/a/b/c")).toEqual([]);
  expect(index.of("/ui/a/b")).toEqual(["GET"]);
  expect(index.of("/api/v1/openapi_json")).toEqual([]);
  expect(index.of("/")).toEqual([]);
});
