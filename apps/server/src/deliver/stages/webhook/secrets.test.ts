import fc from "fast-check";
import { expect, test } from "vitest";
import { meaningOf, valueIn } from "./answer.ts";
import { withoutSecrets } from "./request.ts";
import { redactor, safeHeaders } from "./secrets.ts";

test("whatever a secret header holds and wherever it comes back, it is not shown", () => {
  const secret = fc
    .string({ minLength: 8, maxLength: 20 })
    .filter((text) => text.trim() === text && !text.includes("*"));
  fc.assert(
    fc.property(
      secret,
      fc.constantFrom("authorization", "x-api-key", "x-auth-token", "cookie"),
      fc.string(),
      (value, header, around) => {
        const redact = redactor({ [header]: value }, "https://h/");
        const shown = redact({ deep: [{ text: around + value + around }], text: value });
        expect(shown.text).toBe("******");
        expect(shown.deep[0]?.text.split("******").some((part) => part.includes(value))).toBe(false);
      },
    ),
  );
});

test("what is no secret stays as it is, numbers and flags included", () => {
  const redact = redactor({ accept: "text/plain", authorization: "abc" }, "https://h/");
  expect(redact({ a: "text/plain abc", n: 1, f: false, z: null })).toEqual({
    a: "text/plain abc",
    n: 1,
    f: false,
    z: null,
  });
});

test("headers that carry secrets are hidden by name", () => {
  expect(safeHeaders({ "set-cookie": "a=b", "x-api-key": "k", "content-type": "text/plain" })).toEqual({
    "set-cookie": "******",
    "x-api-key": "******",
    "content-type": "text/plain",
  });
});

test.each([
  ["https://user:pw@host:8443/a/b?token=x", "https://host:8443/a/b?…"],
  ["https://host/a", "https://host/a"],
  ["http//user:pw@host/a?b=c", "http//host/a?…"],
])("%s is shown as %s", (address, shown) => {
  expect(withoutSecrets(address)).toBe(shown);
});

test.each([
  [200, "ok"],
  [204, "ok"],
  [302, "ok"],
  [400, "failed"],
  [404, "failed"],
  [429, "retry"],
  [500, "retry"],
  [503, "retry"],
  [504, "failed"],
] as const)("%i is %s", (code, meaning) => {
  expect(meaningOf(code, { failFast: [504], retry: [] })).toBe(meaning);
});

test("a JSONPath reads JSON that does not say it is JSON, and nothing of other texts", () => {
  expect(valueIn('{"a":1}', "$.a")).toEqual({ value: 1 });
  expect(valueIn("plain", "$.a")).toBeNull();
});
