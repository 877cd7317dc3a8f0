import { expect, test } from "vitest";
import { runAgainst } from "../../testing/stub-api.ts";

const because = [{ rule: "nothing", text: "kim has no role." }];
const answer = { user: "kim", roles: [], verb: "write", resource: "account/prod", allowed: false, because };

test("explain gives the reason and an exit code that scripts can ask", async () => {
  const refused = await runAgainst({ "GET /access/explain": answer }, [
    "access",
    "explain",
    "kim",
    "write",
    "account/prod",
  ]);
  expect([refused.code, refused.out]).toEqual([1, "kim may not write account/prod\n  kim has no role.\n"]);
  const allowed = await runAgainst({ "GET /access/explain": { ...answer, allowed: true } }, [
    "access",
    "explain",
    "me",
    "write",
    "account/prod",
  ]);
  expect([allowed.code, allowed.out.split("\n")[0]]).toEqual([0, "kim may write account/prod"]);
  expect(await runAgainst({}, ["access", "explain", "kim", "fly", "x"])).toMatchObject({ code: 2, asked: [] });
});

test("a user's password is read from standard input and never shown", async () => {
  const saved = { name: "kim", kind: "person", roles: ["operator"], groups: [], source: "local" };
  const args = ["user", "set", "kim", "--role", "operator", "--password"];
  const { code, out, err, asked } = await runAgainst({ "PUT /access/users/kim": saved }, args, "long secret words\n");
  expect(asked[0]?.body).toEqual({ roles: ["operator"], password: "long secret words" });
  expect([code, out]).toEqual([0, "Saved kim: operator\n"]);
  expect(out + err).not.toContain("long secret");
});

test("a new token is the only thing that is printed", async () => {
  const token = {
    id: "T",
    user: "ci",
    name: "x",
    scopes: ["read"],
    createdAt: "",
    createdBy: "",
    expiresAt: null,
    usedAt: null,
  };
  const args = [
    "token",
    "create",
    "x",
    "--for",
    "ci",
    "--scope",
    "read",
    "--scope",
    "execute:application/shop",
    "--days",
    "7",
  ];
  const { out, asked } = await runAgainst({ "POST /access/tokens": { ...token, token: "gnk_T_s" } }, args);
  expect(out).toBe("gnk_T_s\n");
  expect(asked[0]?.body).toEqual({
    name: "x",
    user: "ci",
    scopes: ["read", "execute:application/shop"],
    expiresInDays: 7,
  });
});

test("where nobody logs in, whoami says so", async () => {
  const me = {
    authentication: false,
    user: "anonymous",
    displayName: null,
    email: null,
    roles: [],
    breakGlassUntil: null,
    mayBreakGlass: false,
  };
  expect((await runAgainst({ "GET /access/me": me }, ["access", "whoami"])).out).toContain("Nobody logs in here");
});

test("sessions are listed and ended, and emergency access is shown and given back", async () => {
  const session = {
    id: "S1",
    user: "kim",
    method: "password",
    createdAt: "2026-01-01T00:00:00.000Z",
    seenAt: "2026-01-02T00:00:00.000Z",
    expiresAt: "2026-01-08T00:00:00.000Z",
    address: "192.0.2.7",
    userAgent: null,
  };
  const listed = await runAgainst({ "GET /access/sessions": [session] }, ["access", "sessions", "--of", "kim"]);
  expect(listed.out).toMatch(/S1 +password +192\.0\.2\.7/);
  const ended = await runAgainst({ "DELETE /access/sessions/S1": {} }, ["access", "end-session", "S1"]);
  expect([ended.code, ended.out]).toEqual([0, "Ended S1.\n"]);
  const open = [{ user: "fire", reason: "INC-1 all asleep", since: "", until: "2026-01-01T01:00:00.000Z" }];
  expect((await runAgainst({ "GET /access/emergency": open }, ["access", "emergency"])).out).toMatch(/fire .*INC-1/);
  expect((await runAgainst({ "DELETE /access/break-glass": {} }, ["access", "end-break-glass"])).code).toBe(0);
});

test("a refusal by a rule says how to ask about it", async () => {
  const problem = {
    status: 403,
    code: "forbidden",
    detail: "kim has no role.",
    denied: { verb: "write", resource: "application/shop" },
  };
  const answer = new Response(JSON.stringify(problem), { status: 403 });
  const { failureOf } = await import("../../errors.ts");
  const { ApiError } = await import("@gennaker/client/api-error.ts");
  expect(failureOf(await ApiError.fromResponse(answer), null).next[0]).toContain(
    "gennaker access explain me write application/shop",
  );
});
