import { expect, test } from "vitest";
import { en } from "./en.ts";
import { koExplanations } from "./ko-explanations.ts";
import { ko } from "./ko.ts";

/** Every leaf by its path; functions are called with plain arguments. */
function leaves(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [[path, String((value as (...args: unknown[]) => unknown)(2, 3, 4))]];
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, each]) => leaves(each, `${path}/${key}`));
  throw new Error(`${path} is no text`);
}

/** Texts that are rightly the same in both languages, or have no Hangul. */
const shared = /^(Gennaker|JSON|ID|CPU|3|4|\d+|2 · 3|2 · Gennaker|2, 3|2: 3|2 JSON|2 – 3|3 \(2–4\))$/;

test("every Korean text is Korean, except names", () => {
  const untranslated = leaves(ko).filter(([, text]) => !/[가-힣]/.test(text) && !shared.test(text));
  expect(untranslated).toEqual([]);
});

test("no English text is empty or Korean, but the name of the language", () => {
  expect(leaves(en).filter(([, text]) => text.trim() === "" || /[가-힣]/.test(text))).toEqual([]);
});

test("both languages have the same texts, apart from tables that English takes from the server", () => {
  const fromServer = /^\/(errors\/codes|tasks)\//;
  const paths = (messages: unknown) =>
    leaves(messages)
      .map(([path]) => path)
      .filter((path) => !fromServer.test(path))
      .sort();
  expect(paths(ko)).toEqual(paths(en));
});

test("every Korean explanation is Korean, or leaves it to the server when its figures are missing", () => {
  for (const [code, { text }] of Object.entries(koExplanations)) {
    const words = typeof text === "string" ? text : text({});
    if (words !== null) expect(words, code).toMatch(/[가-힣]/);
  }
});
