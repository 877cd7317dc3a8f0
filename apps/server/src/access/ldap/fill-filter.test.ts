import fc from "fast-check";
import { expect, test } from "vitest";
import { anyOf, fillFilter } from "./fill-filter.ts";

test("fills in names of the entry, and empties what there is none for", () => {
  const template = "(|(memberUid={name})(gidNumber={gidNumber})(member={dn}))";
  expect(fillFilter(template, { name: "kim", dn: "uid=kim,dc=x" })).toBe(
    "(|(memberUid=kim)(gidNumber=)(member=uid=kim,dc=x))",
  );
  expect(fillFilter("(member:1.2.840.113556.1.4.1941:={dn})", { dn: "cn=a" })).toBe(
    "(member:1.2.840.113556.1.4.1941:=cn=a)",
  );
  expect(fillFilter("(uid={constructor})", {})).toBe("(uid=)");
});

test("a value stays a value whatever is in it", () => {
  expect(fillFilter("(uid={name})", { name: "*" })).toBe("(uid=\\2a)");
  expect(fillFilter("(uid={name})", { name: "x)(|(uid=*\0\\" })).toBe("(uid=x\\29\\28|\\28uid=\\2a\\00\\5c)");
  fc.assert(
    fc.property(fc.string(), (name) => {
      const inside = fillFilter("(uid={name})", { name }).slice(5, -1);
      expect(inside).not.toMatch(/[()*\0]/);
      const back = inside.replace(/\\([0-9a-f]{2})/g, (_all, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
      expect(back).toBe(name);
    }),
  );
});

test("several filters become one", () => {
  expect(anyOf(["(a=1)"])).toBe("(a=1)");
  expect(anyOf(["(a=1)", "(b=2)"])).toBe("(|(a=1)(b=2))");
});
