import { expect, test } from "vitest";
import type { OutgoingRequest } from "./api.ts";
import { firstHop, nextHop } from "./redirect.ts";

const start = (more: Partial<OutgoingRequest> = {}) =>
  firstHop({
    purpose: "artifact",
    method: "GET",
    url: "https://a.example/x",
    headers: { Authorization: "Bearer t", "X-Api-Key": "k", Accept: "text/plain" },
    body: null,
    timeoutMs: 1,
    maxBytes: 1,
    signal: new AbortController().signal,
    ...more,
  });

test("a user in the address becomes Basic authorization and leaves the address", () => {
  const hop = start({ url: "https://u%40x:p%20w@a.example/x", headers: {} });
  expect(hop.url.href).toBe("https://a.example/x");
  expect(hop.headers["authorization"]).toBe(`Basic ${Buffer.from("u@x:p w").toString("base64")}`);
  expect(start({ url: "https://u:p@a.example/x" }).headers["authorization"]).toBe("Bearer t");
});

test("credentials stay on the origin they were meant for", () => {
  const near = nextHop(start(), 302, { location: "/y" });
  const far = nextHop(start(), 302, { location: "https://b.example/y" });
  expect(near).toMatchObject({ foreign: false, headers: { authorization: "Bearer t", "x-api-key": "k" } });
  expect(far).toMatchObject({ foreign: true, headers: { accept: "text/plain" } });
  expect(Object.keys(far?.headers ?? {})).toEqual(["accept", "user-agent"]);
  const back = far === null ? null : nextHop(far, 302, { location: "https://a.example/z" });
  expect(back).toMatchObject({ foreign: true });
});

test.each([
  [301, "GET"],
  [302, "GET"],
  [303, "GET"],
  [307, "POST"],
  [308, "POST"],
])("%i makes a POST a %s", (status, method) => {
  const hop = nextHop(start({ method: "POST", body: "x" }), status, { location: "/y" });
  expect([hop?.method, hop?.body]).toEqual([method, method === "POST" ? "x" : null]);
});

test.each([
  ["http://a.example/", /https to http/],
  ["file:///etc/passwd", /are not called/],
  ["http+unix://%2Fvar%2Frun%2Fdocker.sock/", /are not called/],
  ["https://[", /no address/],
])("a redirect to %s is refused", (location, message) => {
  expect(() => nextHop(start(), 302, { location })).toThrow(message);
});

test("a body is not sent on to another host", () => {
  const post = start({ method: "POST", body: "x" });
  expect(() => nextHop(post, 307, { location: "https://b.example/" })).toThrow(/redirects a body/);
});

test("other answers lead nowhere", () => {
  expect(nextHop(start(), 200, { location: "/y" })).toBeNull();
  expect(nextHop(start(), 304, { location: "/y" })).toBeNull();
  expect(nextHop(start(), 302, {})).toBeNull();
});
