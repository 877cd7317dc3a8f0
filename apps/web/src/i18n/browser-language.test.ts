import { expect, test } from "vitest";
import { mendLanguage } from "./browser-language.ts";

test.each([
  ["en-US@posix", "en-US"],
  ["C", "en"],
  ["ko-KR", "ko-KR"],
  ["pt", "pt"],
])("a browser that speaks %s formats as %s", (language, mended) => {
  const navigator = { language };
  mendLanguage(navigator);
  expect(navigator.language).toBe(mended);
});
