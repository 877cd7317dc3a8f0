import { expect, test } from "vitest";
import { downloadOf, type Choice } from "./addresses.ts";

const choice = (more: Partial<Choice>): Choice => ({
  what: "pipeline",
  as: "received",
  application: "shop",
  pipeline: { id: "p/1", name: "a/b: c?" },
  ...more,
});

test.each([
  [choice({}), "/api/v1/export?pipeline=p%2F1&as=received", "shop-a_b_ c_.json"],
  [choice({ as: "stored" }), "/api/v1/export?pipeline=p%2F1&as=stored", "shop-a_b_ c_-as-kept.json"],
  [choice({ what: "application" }), "/api/v1/export?application=shop&as=received", "shop.json"],
  [choice({ what: "everything", as: "stored" }), "/api/v1/export/everything?as=stored", "gennaker-as-kept.jsonl"],
  [choice({ pipeline: { id: "1", name: "..." } }), "/api/v1/export?pipeline=1&as=received", "shop-_.json"],
])("%j", (each, href, file) => expect(downloadOf(each)).toEqual({ href, file }));

test("nothing is downloaded while something is not chosen", () => {
  expect(downloadOf(choice({ pipeline: null }))).toBe(null);
  expect(downloadOf(choice({ what: "application", application: "" }))).toBe(null);
});
