import { expect, test } from "vitest";
import { createOpenLimit, networkOf } from "./open-limit.ts";

test("an address has so many requests of a route in a minute", () => {
  let time = 0;
  const limit = createOpenLimit(2, () => time);
  limit.take("10.0.0.1", "/login");
  limit.take("10.0.0.1", "/login");
  expect(() => limit.take("10.0.0.1", "/login")).toThrow("too many requests");
  limit.take("10.0.0.1", "/webhooks");
  limit.take("10.0.0.2", "/login");
  time = 60_000;
  limit.take("10.0.0.1", "/login");
});

test("very many addresses do not fill the memory", () => {
  const limit = createOpenLimit(1, () => 0);
  for (let index = 0; index < 25_000; index += 1)
    limit.take(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, "/");
  expect(() => limit.take("10.0.97.167", "/")).toThrow();
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:0DB8:1:2::9", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
