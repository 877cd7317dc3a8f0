import { KubeError } from "@gennaker/kube-client/errors.ts";
import { expect, it } from "vitest";
import { toGennakerError } from "./to-gennaker-error.ts";

it.each([
  [0, "Unreachable", "upstream_failed"],
  [0, "Timeout", "timeout"],
  [401, "Unauthorized", "upstream_failed"],
  [403, "Forbidden", "forbidden"],
  [404, "NotFound", "not_found"],
  [409, "Conflict", "conflict"],
  [422, "Invalid", "invalid_request"],
  [429, "TooManyRequests", "too_many_requests"],
  [500, "InternalError", "upstream_failed"],
])("%s %s is %s to those outside", (code, reason, expected) => {
  const error = new KubeError({ code, reason, message: "said so." });
  expect(toGennakerError(error)).toMatchObject({ code: expected, message: error.message, cause: error });
});

it("leaves other errors alone", () => {
  const error = new Error("something else");
  expect(toGennakerError(error)).toBe(error);
});
