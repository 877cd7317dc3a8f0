import { expect, test } from "vitest";
import { codeName } from "./http-names.ts";

test.each([
  [200, "OK"],
  [302, "FOUND"],
  [404, "NOT_FOUND"],
  [418, "I_AM_A_TEAPOT"],
  [500, "INTERNAL_SERVER_ERROR"],
  [203, "NON_AUTHORITATIVE_INFORMATION"],
  [599, "599"],
])("%i is %s", (code, name) => {
  expect(codeName(code)).toBe(name);
});
