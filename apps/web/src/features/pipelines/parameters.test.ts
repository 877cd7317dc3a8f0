import { describe, expect, test } from "vitest";
import { fieldsOf, missingOf, parametersToSend, problemsByField } from "./parameters.ts";

const document = {
  parameterConfig: [
    { name: "version", label: "Version", required: true, description: "What to ship" },
    { name: "size", options: [{ value: "small" }, { value: "large" }], default: "small" },
    { name: "dryRun", default: "true" },
    { name: "day", constraint: "date" },
    { name: "count", default: 3 },
    { label: "no name" },
    "nonsense",
  ],
};

describe("fields of the start dialog", () => {
  const fields = fieldsOf(document);

  test("each parameter becomes the field that fits it", () => {
    expect(fields.map(({ name, kind, initial }) => [name, kind, initial])).toEqual([
      ["version", "text", ""],
      ["size", "choice", "small"],
      ["dryRun", "flag", "true"],
      ["day", "date", ""],
      ["count", "text", "3"],
    ]);
    expect(fields[0]).toMatchObject({ label: "Version", description: "What to ship", required: true });
    expect(fields[1]?.options).toEqual(["small", "large"]);
  });

  test("a repeated run starts from its own values, also from one that is no option any more", () => {
    const again = fieldsOf(document, { version: "7", size: "huge" });
    expect(again[0]?.initial).toBe("7");
    expect(again[1]?.options).toEqual(["huge", "small", "large"]);
  });

  test("a pipeline without parameters has no fields", () => {
    expect(fieldsOf({})).toEqual([]);
    expect(fieldsOf({ parameterConfig: "x" })).toEqual([]);
  });

  test("required fields must not be empty or blank", () => {
    expect(missingOf(fields, { version: " " })).toEqual(["version"]);
    expect(missingOf(fields, { version: "1" })).toEqual([]);
  });

  test("empty values are not sent, so that the server's defaults hold", () => {
    expect(parametersToSend(fields, { version: "1", size: "", other: "x" })).toEqual({ version: "1" });
  });

  test("the server's problems go to their fields, others to none", () => {
    const problems = [
      { pointer: "/parameters/size", reason: "no such size" },
      { pointer: "/parameters/size", reason: "really" },
      { pointer: "/x", reason: "odd" },
    ];
    expect(problemsByField(problems, fields)).toEqual({ size: "no such size; really", "": "odd" });
  });
});
