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
