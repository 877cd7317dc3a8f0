import { describe, expect, test } from "vitest";
import { errorFromAnswer, errorFromStatus, isExpired, KubeError } from "./errors.ts";

const answer = (status: number, body: object | string, retryAfter?: string) =>
  errorFromAnswer({
    status,
    body: typeof body === "string" ? body : JSON.stringify({ kind: "Status", ...body }),
    retryAfter,
    method: "PATCH",
    path: "/x",
  });

describe("errors of the API server", () => {
  test("a conflict of owners names each field, its owner and the way out", () => {
    const cause = (field: string, message: string) => ({ reason: "FieldManagerConflict", field, message });
    const error = answer(409, {
      reason: "Conflict",
      message: "Apply failed with 3 conflicts",
      details: {
        causes: [
          cause(
            ".spec.replicas",
            'conflict with "kube-controller-manager" with subresource "scale" using autoscaling/v1',
          ),
          cause(".data.a", 'conflict with "kubectl-edit" using v1 at 2026-01-01T00:00:00Z'),
          cause(".data.b", 'conflict with "kubectl-edit" using v1'),
        ],
      },
    });
    expect(error.conflicts).toEqual([
      {
        field: ".spec.replicas",
        manager: "kube-controller-manager",
        subresource: "scale",
        apiVersion: "autoscaling/v1",
      },
      { field: ".data.a", manager: "kubectl-edit", subresource: null, apiVersion: "v1" },
      { field: ".data.b", manager: "kubectl-edit", subresource: null, apiVersion: "v1" },
    ]);
    expect(error.message).toBe(
      "PATCH /x: Apply failed with 3 conflicts kube-controller-manager owns .spec.replicas; kubectl-edit owns .data.a, .data.b. " +
        "Leave these fields out, or apply with force to take them over.",
    );
  });

  test.each([
    [403, { reason: "Forbidden", message: "pods is forbidden" }, /RoleBinding/],
    [403, { reason: "Forbidden", message: "exceeded quota: small" }, /admission rule/],
    [403, { reason: "Forbidden", message: 'admission webhook "x" denied the request: no' }, /admission rule/],
    [401, { message: "Unauthorized" }, /log in again/],
    [413, "too large", /1.5 MB/],
    [410, { reason: "Expired", message: "too old" }, /list again/],
  ])("%s %o says what to do", (code, body, hint) => {
    expect(answer(code, body).hint).toMatch(hint);
  });

  test.each([
    [400, false],
    [403, false],
    [404, false],
    [409, false],
    [422, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
  ])("%s retryable: %s", (code, retryable) => {
    expect(answer(code, {}).retryable).toBe(retryable);
  });

  test("reads the pause that is asked for from the header or the body", () => {
    expect(answer(429, {}, "3").retryAfterMs).toBe(3_000);
    expect(answer(503, { details: { retryAfterSeconds: 2 } }).retryAfterMs).toBe(2_000);
    expect(answer(503, {}, "soon").retryAfterMs).toBeNull();
  });

  test("knows when a list has to be made anew", () => {
    expect(isExpired(answer(410, {}))).toBe(true);
    const future = { code: 504, reason: "Timeout", details: { causes: [{ reason: "ResourceVersionTooLarge" }] } };
    expect(isExpired(errorFromStatus(future, "WATCH", "/x"))).toBe(true);
    expect(isExpired(answer(504, {}))).toBe(false);
    expect(isExpired(new Error("410"))).toBe(false);
  });

  test("an answer that is no Status is shortened", () => {
    const error = answer(502, `<html>${"<b>word</b> ".repeat(200)}</html>`);
    expect(error).toBeInstanceOf(KubeError);
    expect(error.message.length).toBeLessThan(400);
    expect(answer(500, "").message).toContain("without a reason");
  });
});
