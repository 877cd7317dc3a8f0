import { expect, test } from "vitest";
import { cookieHeader } from "./cookies.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const line = (...fields: string[]) => fields.join("\t");
const file = [
  "# Netscape HTTP Cookie File",
  line("gate.example.com", "FALSE", "/", "FALSE", "0", "SESSION", "abc"),
  line("#HttpOnly_.example.com", "TRUE", "/", "TRUE", "4102444800", "wide", "x=y"),
  line("gate.example.com", "FALSE", "/", "FALSE", "1000", "old", "gone"),
  line("other.example.com", "FALSE", "/", "FALSE", "0", "other", "no"),
  line("gate.example.com", "FALSE", "/deep", "FALSE", "0", "deep", "no"),
].join("\n");

test.each([
  [file, "https://gate.example.com", "SESSION=abc; wide=x=y"],
  [file, "http://gate.example.com", "SESSION=abc"],
  [file, "https://x.example.com/deep", "wide=x=y"],
  ["SESSION=abc; b=c\n", "https://gate.example.com", "SESSION=abc; b=c"],
  ["Cookie: SESSION=abc", "https://gate.example.com", "SESSION=abc"],
])("cookies for an address (%#)", (text, url, header) => expect(cookieHeader(text, new URL(url), now)).toBe(header));
