import fc from "fast-check";
import { expect, test } from "vitest";
import { createRedactor } from "./redactor.ts";

function redactorOf(...values: string[]) {
  const redactor = createRedactor();
  for (const value of values) redactor.remember(value);
  return redactor;
}

/** A secret's recognisable part must not survive in any decoding of the text. */
const secret = fc
  .string({ minLength: 8, maxLength: 40 })
  .filter((text) => text.trim().length >= 8 && !/[*]/.test(text));

test("a value is taken out of texts, lists, objects and keys, whatever is around it", () => {
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
      const { json } = redactorOf(value);
      const shown = json({ text: before + value + after, list: [[value]], [value]: 1 });
      expect(shown.text.split("******").some((part) => part.includes(value))).toBe(false);
      expect(shown.list).toEqual([["******"]]);
      expect(Object.keys(shown)).toContain("******");
    }),
  );
});

test("in base64, alone or inside a longer text, no run of it can be read back", () => {
  fc.assert(
    fc.property(secret, fc.string({ maxLength: 7 }), fc.string({ maxLength: 7 }), (value, before, after) => {
      const { text } = redactorOf(value);
      for (const encoding of ["base64", "base64url"] as const) {
        const clean = text(Buffer.from(before + value + after).toString(encoding));
        expect(clean).toContain("******");
        const parts = clean.split("******").map((part) => Buffer.from(part, encoding).toString("latin1"));
        const core = Buffer.from(value).toString("latin1").slice(2, -2);
        expect(parts.some((part) => part.includes(core))).toBe(false);
      }
    }),
  );
});

test.each<[string, (value: string) => string]>([
  ["URL-encoded", encodeURIComponent],
  ["URL-encoded in small letters", (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase())],
  ["as a form", (value) => new URLSearchParams({ a: value }).toString()],
  ["JSON-escaped", (value) => JSON.stringify({ a: value })],
  ["JSON-escaped twice", (value) => JSON.stringify(JSON.stringify({ a: value }))],
  ["in hexadecimal", (value) => Buffer.from(value).toString("hex")],
  [
    "in HTML",
    (value) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  ],
])("a secret comes back %s and is taken out", (_form, encode) => {
  const value = 'p@ss/w"rd<+>&ü 1';
  expect(redactorOf(value).text(`a ${encode(value)} b`)).toContain("******");
  expect(redactorOf(value).text(`a ${encode(value)} b`)).not.toContain(encode(value));
});

test("each longer line of a key is taken out", () => {
  const key =
    "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END KEY-----";
  expect(redactorOf(key).text("line: BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj.")).toBe("line: ******.");
});

test("the longest of several goes first, numbers are seen, what is short or unknown stays as it is", () => {
  const { text, json } = redactorOf("pass", "password-long", "12345", "abc");
  expect(text("password-long pass abc")).toBe("****** ****** abc");
  expect(json({ n: 12_345, m: 1, f: true, z: null })).toEqual({ n: "******", m: 1, f: true, z: null });
  const untouched = { deep: [{ a: "b" }] };
  expect(json(untouched)).toBe(untouched);
});

test("thousands of values: the newest are kept", () => {
  const redactor = createRedactor();
  for (let index = 0; index < 5_001; index += 1) redactor.remember(`value-${index}-end`);
  expect(redactor.text("value-0-end value-5000-end")).toBe("value-0-end ******");
});
