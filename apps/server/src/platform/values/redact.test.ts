import { expect, test } from "vitest";
import { redactSecrets } from "./redact.ts";

test("hides values of secret-like names at any depth and leaves the rest", () => {
  const value = { name: "a", password: "p", nested: [{ apiKey: "k", "X-Auth-Token": "t", count: 3 }], tokens: ["x"] };
  expect(redactSecrets(value)).toEqual({
    name: "a",
    password: "******",
    nested: [{ apiKey: "******", "X-Auth-Token": "******", count: 3 }],
    tokens: ["x"],
  });
});
