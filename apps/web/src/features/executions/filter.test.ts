import { describe, expect, test } from "vitest";
import { executionsSearch } from "../../routes/search.ts";
import { foldedCount, fromLocalField, statusesOf, toLocalField, toQuery, withField } from "./filter.ts";

describe("the address's filter", () => {
  test("is asked of the server in its own words", () => {
    const search = executionsSearch({
      status: "failed",
      pipeline: "p1",
      q: "ship it",
      type: "PIPELINE",
      trigger: "git",
      user: "jiwoo",
      parameters: "env=prod",
      artifact: "shop:1.2",
      from: "2026-05-04T10:00:00Z",
      until: "never",
      odd: "x",
    });
    expect(toQuery(search)).toEqual({
      statuses: statusesOf.failed,
      pipeline: "p1",
      text: "ship it",
      type: "PIPELINE",
      triggerTypes: "git",
      user: "jiwoo",
      parameters: "env=prod",
      artifact: "shop:1.2",
      from: "2026-05-04T10:00:00.000Z",
    });
  });

  test("nothing asked is nothing sent", () => {
    expect(toQuery(executionsSearch({ type: "ODD", status: "" }))).toEqual({});
  });

  test("counts what is folded away", () => {
    expect(foldedCount({ q: "a", status: "failed", pipeline: "p" })).toBe(0);
    expect(foldedCount({ type: "PIPELINE", user: "u", from: "2026-05-04T10:00:00.000Z" })).toBe(3);
  });

  test("a field is put in, changed, and taken out by an empty value", () => {
    expect(withField({ q: "a" }, "user", "jiwoo")).toEqual({ q: "a", user: "jiwoo" });
    expect(withField({ q: "a", user: "x" }, "user", "y")).toEqual({ q: "a", user: "y" });
    expect(withField({ q: "a", user: "x" }, "user", "")).toEqual({ q: "a" });
    expect(withField({ q: "a" }, "q", undefined)).toEqual({});
  });
});

test("a time goes through the browser's local field and back", () => {
  const iso = "2026-05-04T10:20:00.000Z";
  expect(fromLocalField(toLocalField(iso))).toBe(iso);
  expect(toLocalField(undefined)).toBe("");
  expect(fromLocalField("")).toBeUndefined();
  expect(fromLocalField("soon")).toBeUndefined();
});
