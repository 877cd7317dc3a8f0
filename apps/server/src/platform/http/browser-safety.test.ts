import { expect, test } from "vitest";
import { isJsonMediaType, refusedBecause } from "./browser-safety.ts";

const allowedHosts = new Set(["gennaker.example"]);

test.each([
  ["127.0.0.1:8084", undefined],
  ["localhost:8084", "http://localhost:8084"],
  ["[::1]:8084", "http://[::1]:8084"],
  ["gennaker.example", "https://gennaker.example"],
  ["127.0.0.9", undefined],
])("lets Host %s with Origin %s in", (host, origin) => {
  expect(refusedBecause({ host, origin, allowedHosts })).toBeNull();
});

test.each([
  ["evil.example", undefined],
  [undefined, undefined],
  ["localhost.evil.example", undefined],
  ["127.0.0.1.evil.example", undefined],
  ["localhost", "https://evil.example"],
  ["localhost", "null"],
])("refuses Host %s with Origin %s", (host, origin) => {
  expect(refusedBecause({ host, origin, allowedHosts })).toMatch(/allowedHosts/);
});

test("takes JSON media types only", () => {
  expect(
    ["application/json", "application/json; charset=utf-8", "application/merge-patch+json"].every(isJsonMediaType),
  ).toBe(true);
  expect(
    [undefined, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"].some(isJsonMediaType),
  ).toBe(false);
});
