import fc from "fast-check";
import { expect, test } from "vitest";
import { displayWidth, padTo, plain, truncate } from "./width.ts";

test.each([
  ["abc", 3],
  ["배포", 4],
  ["e\u0301", 1],
  ["日本 x", 6],
  ["✔", 1],
  ["…", 1],
  ["🚀", 2],
  ["", 0],
  ["ｆｕ", 4],
])("%j takes %i columns", (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test("pads by columns, not by letters", () => {
  expect(padTo("배포", 6)).toBe("배포  ");
  expect(padTo("7", 3, "right")).toBe("  7");
  expect(padTo("long", 2)).toBe("long");
});

test("cuts with an ellipsis and never splits a wide letter", () => {
  expect(truncate("deployment", 6)).toBe("deplo…");
  expect(truncate("배포합니다", 6)).toBe("배포…");
  expect(truncate("short", 5)).toBe("short");
  expect(truncate("anything", 0)).toBe("");
});

test("a cut text always fits", () => {
  const letters = fc.constantFrom("a", "배", "é", "🚀", "-", "\u0301");
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (parts, width) => {
      expect(displayWidth(truncate(parts.join(""), width))).toBeLessThanOrEqual(width);
    }),
  );
});

test("text from outside cannot steer the terminal", () => {
  expect(plain("a\u001b[2Jb\r\nc\u0007\u202ed")).toBe("a\ufffd[2Jb c\ufffd\ufffdd");
  expect(plain("  two\t words \n")).toBe("two words");
});
