import { expect, test } from "vitest";
import { askedOf, listOf, readAsked, readGrants, writeGrants } from "./resource.ts";

test("a question names a verb and a resource that there are", () => {
  expect(readAsked("write", "application", " shop ")).toEqual({ verb: "write", resource: "application/shop" });
  expect(readAsked("read", "audit", "")).toEqual({ verb: "read", resource: "audit" });
  expect(readAsked("fly", "audit", "")).toBeNull();
  expect(readAsked("read", "moon", "")).toBeNull();
});

test("what the server has refused can be asked about", () => {
  expect(askedOf({ verb: "write", resource: "application/a/b" })).toEqual({
    verb: "write",
    resource: "application/a/b",
  });
  expect(askedOf({ verb: "write", resource: "user/kim" })).toBeNull();
});

test("lists are typed with commas or blanks, each name once", () => {
  expect(listOf(" a, b c,,a\n")).toEqual(["a", "b", "c"]);
  expect(listOf("  ")).toEqual([]);
});

test("grants are written as sentences and read back", () => {
  const text = "allow read, execute on application/shop, application/team-*\ndeny write on account/prod";
  const grants = readGrants(`\n${text}\n`);
  expect(grants).toEqual([
    { effect: "allow", verbs: ["read", "execute"], resources: ["application/shop", "application/team-*"] },
    { effect: "deny", verbs: ["write"], resources: ["account/prod"] },
  ]);
  expect(writeGrants(grants as never)).toBe(text);
  expect(readGrants("allow * on *")).toEqual([{ effect: "allow", verbs: ["*"], resources: ["*"] }]);
  expect(readGrants("allow read on a\nallow fly on b")).toBe(2);
  expect(readGrants("read application")).toBe(1);
});
