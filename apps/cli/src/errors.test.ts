import { ApiError } from "@gennaker/client/api-error.ts";
import { describe, expect, test } from "vitest";
import { CliError, failureOf, failureText, usageError } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";

const refusal = (fields: object) =>
  new ApiError({ status: 400, code: "invalid_request", detail: "It cannot be done.", retryable: false, ...fields });

describe("failures", () => {
  test("an unreachable server is named, with what to do", () => {
    const cause = new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:1") });
    const failure = failureOf(ApiError.unreachable("http://127.0.0.1:1", cause), "http://127.0.0.1:1");
    expect(failure.exitCode).toBe(exitCodes.unreachable);
    expect(failureText(failure)).toMatch(
      /http:\/\/127\.0\.0\.1:1 \(connect ECONNREFUSED.*\.\/gennaker serve.*npm run demo/s,
    );
  });

  test("problems are listed with their pointers", () => {
    const failure = failureOf(
      refusal({
        code: "invalid_pipeline",
        problems: [
          { pointer: "/stages/0/type", reason: "is required" },
          { pointer: "", reason: "is empty" },
        ],
      }),
      null,
    );
    expect(failureText(failure)).toContain("  /stages/0/type: is required\n  (document): is empty\n");
    expect(failureText(failure)).toContain("gennaker pipeline validate --file FILE");
    expect(failure.exitCode).toBe(exitCodes.failed);
  });

  test("a fault of the server shows the request's id, others do not", () => {
    expect(failureText(failureOf(refusal({ status: 500, code: "internal", requestId: "01REQ" }), null))).toContain(
      "01REQ",
    );
    expect(failureText(failureOf(refusal({ requestId: "01REQ" }), null))).not.toContain("01REQ");
  });

  test("own errors keep their exit code and next steps; anything else is a plain failure", () => {
    expect(failureOf(usageError("No.", ["do this"]), null)).toMatchObject({
      code: "usage",
      exitCode: exitCodes.usage,
      next: ["do this"],
    });
    expect(failureOf(new CliError("No."), null)).toMatchObject({ code: "failed", exitCode: exitCodes.failed });
    expect(failureOf("text", null)).toMatchObject({ message: "text", exitCode: exitCodes.failed });
  });
});
