import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { healthLine } from "./json-line.ts";

const answer = (input: unknown): unknown => JSON.parse(healthLine(JSON.stringify(input)));

describe("healthLine", () => {
  const manifest = { apiVersion: "v1", kind: "Pod", status: { phase: "Running" } };
  test.each([
    ["gennaker", { status: "progressing", message: "The Pod runs but is not ready" }],
    ["argocd", { status: "Unknown", message: "" }],
    ["kstatus", { status: "InProgress", message: "Pod is running but is not Ready" }],
    ["spinnaker", { status: "stable", message: "" }],
  ])("mode %s answers in its own spelling", (mode, expected) => {
    expect(answer({ id: "a", manifest, mode })).toEqual({ id: "a", ...expected });
  });

  test("our own mode is the default and reads related objects", () => {
    const event = {
      kind: "Event",
      type: "Warning",
      reason: "FailedMount",
      message: "no",
      involvedObject: { kind: "Pod", name: "" },
    };
    expect(answer({ id: 1, manifest, related: [event] })).toMatchObject({
      message: expect.stringContaining("no") as string,
    });
  });

  test("no verdict is null; an object that does not exist is judged", () => {
    expect(answer({ id: 1, mode: "argocd", manifest: { kind: "Widget" } })).toEqual({
      id: 1,
      status: null,
      message: "",
    });
    expect(answer({ id: 1, mode: "kstatus", manifest: null })).toMatchObject({ status: "NotFound" });
    expect(answer({ id: 1, mode: "argocd", manifest: null })).toMatchObject({ status: "Missing" });
  });

  test.each([
    ["no json", { id: null, error: { code: "invalid-json" } }],
    ["[]", { id: null, error: { code: "invalid-input", message: "The line must be a JSON object" } }],
    ['{"id":1}', { id: 1, error: { message: "'manifest' is missing" } }],
    ['{"id":1,"manifest":[]}', { id: 1, error: { message: "'manifest' must be an object" } }],
    [
      '{"id":1,"manifest":{},"mode":"helm"}',
      { id: 1, error: { message: "'mode' must be one of gennaker, spinnaker, argocd, kstatus" } },
    ],
    [
      '{"id":{"a":1},"manifest":{},"related":{}}',
      { id: { a: 1 }, error: { message: "'related' must be a list of objects" } },
    ],
  ])("%s", (line, expected) => expect(JSON.parse(healthLine(line))).toMatchObject(expected));

  test("any text gives one line of JSON with an id", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        const output = healthLine(line);
        expect(output).not.toContain("\n");
        expect(JSON.parse(output)).toHaveProperty("id");
      }),
    );
  });
});
