import { accessRoutes } from "@gennaker/contract/resources/access.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call as raw } from "./fixtures/http.ts";
import { readFileSync } from "node:fs";

const directory = mkdtempSync(join(tmpdir(), "gennaker-people-"));
const file = join(directory, "gennaker.yaml");
writeFileSync(file, "access: {local: true, breakGlass: {roles: [firefighters], minutes: 5}}\n");
const server = await startServer({ flags: ["--config", file] });
const database = new pg.Client({
  connectionString: readFileSync(join(server.data, "run", "database.url"), "utf8").trim(),
});
afterAll(async () => {
  await database.end();
  await server.end();
  rmSync(directory, { recursive: true });
});

const password = "correct horse battery";
const basic = (name: string, secret = password) => `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`;
/** What an answer holds, as far as it is looked at here. */
type Loose = { id: string; token: string; deviceCode: string; userCode: string };
const nothing: Loose = { id: "", token: "", deviceCode: "", userCode: "" };
type Headers = Record<string, string>;

async function send(method: string, path: string, body?: unknown, headers: Headers = { authorization: basic("boss") }) {
  const given = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await raw(server.url, path, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...given,
  });
  const cookies = [answer.headers["set-cookie"] ?? []].flat();
  const jar = Object.fromEntries(cookies.map((line) => line.split(";")[0]?.split("=") as [string, string]));
  return {
    ...answer,
    cookies,
    jar,
    body: answer.text.startsWith("{") || answer.text.startsWith("[") ? (answer.json() as Loose) : nothing,
  };
}
const form = (path: string, fields: Headers, headers: Headers = {}) =>
  raw(server.url, path, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(fields).toString(),
  }).then((answer) => {
    const cookies = [answer.headers["set-cookie"] ?? []].flat();
    const jar: Record<string, string> = Object.fromEntries(
      cookies.map((line) => (line.split(";")[0] ?? "").split("=") as [string, string]),
    );
    return { ...answer, cookies, jar };
  });
const cookieHeader = (jar: Headers) =>
  Object.entries(jar)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
const user = (name: string, roles: string[] = []) =>
  send("PUT", `/api/v1/access/users/${encodeURIComponent(name)}`, { roles, password });

beforeAll(async () => {
  await database.connect();
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  expect((await form("/ui/setup", { token, username: "boss", password })).status).toBe(303);
  for (const [name, roles] of [
    ["kim", ["operator"]],
    ["fire", ["firefighters"]],
  ] as const)
    expect((await user(name, [...roles])).status).toBe(200);
});

describe("sessions", () => {
  test("are new at each login, and what was there before is ended: nobody can be given one", async () => {
    const planted = await form("/ui/login", { username: "kim", password });
    expect(planted.cookies[0]).toMatch(/^gennaker_session=[\w-]{43}; HttpOnly; Path=\/; SameSite=Lax; Max-Age=\d+$/);
    const again = await form("/ui/login", { username: "boss", password }, { cookie: cookieHeader(planted.jar) });
    expect(again.jar["gennaker_session"]).not.toBe(planted.jar["gennaker_session"]);
    expect((await send("GET", "/api/v1/access/me", undefined, { cookie: cookieHeader(planted.jar) })).status).toBe(401);
    const chosen = { gennaker_session: "A".repeat(43) };
    await form("/ui/login", { username: "kim", password }, { cookie: cookieHeader(chosen) });
    expect((await send("GET", "/api/v1/access/me", undefined, { cookie: cookieHeader(chosen) })).status).toBe(401);
  });

  test("change things only with their CSRF token", async () => {
    const { jar } = await form("/ui/login", { username: "kim", password });
    const cookie = cookieHeader(jar);
    const save = (headers: Headers) => send("PUT", "/api/v1/applications/mine", {}, { cookie, ...headers });
    expect((await save({})).status).toBe(403);
    expect((await save({ "x-gennaker-csrf": "x".repeat(43) })).status).toBe(403);
    expect((await save({ "x-gennaker-csrf": "é".repeat(43) })).status).toBeLessThan(500);
    expect((await save({ "x-gennaker-csrf": jar["gennaker_csrf"] ?? "" })).status).toBe(200);
    expect((await form("/ui/login", { username: "kim", password }, { origin: "https://evil.example" })).status).toBe(
      403,
    );
  });

  test("are listed, ended by their owner, by a new password and by time; only a hash is stored", async () => {
    const { jar } = await form("/ui/login", { username: "kim", password });
    const headers = { cookie: cookieHeader(jar), "x-gennaker-csrf": jar["gennaker_csrf"] ?? "" };
    const me = () => send("GET", "/api/v1/access/me", undefined, headers);
    const stored = await database.query("select * from access_session");
    expect(JSON.stringify(stored.rows)).not.toContain(jar["gennaker_session"]);
    const open = (await send("GET", "/api/v1/access/sessions", undefined, headers)).body as unknown as Loose[];
    const newest = open[0] ?? nothing;
    expect(newest).toMatchObject({ user: "kim", method: "password" });
    expect(
      (await send("DELETE", `/api/v1/access/sessions/${newest.id}`, undefined, { authorization: basic("fire") }))
        .status,
    ).toBe(404);
    expect((await send("DELETE", `/api/v1/access/sessions/${newest.id}`, undefined, headers)).status).toBe(200);
    expect((await me()).status).toBe(401);

    const next = await form("/ui/login", { username: "kim", password });
    headers.cookie = cookieHeader(next.jar);
    expect((await me()).status).toBe(200);
    await database.query("update access_session set idle_until = now() - interval '1 second' where user_key = 'kim'");
    expect((await me()).status).toBe(401);
    const last = await form("/ui/login", { username: "kim", password });
    headers.cookie = cookieHeader(last.jar);
    await user("kim", ["operator"]);
    expect((await me()).status).toBe(401);
  });

  test("end with logout, which asks where it comes from", async () => {
    const { jar } = await form("/ui/login", { username: "kim", password });
    const cookie = cookieHeader(jar);
    expect((await form("/ui/logout", {}, { cookie })).status).toBe(403);
    expect((await form("/ui/logout", { csrf: jar["gennaker_csrf"] ?? "" }, { cookie })).status).toBe(303);
    expect((await send("GET", "/api/v1/access/me", undefined, { cookie })).status).toBe(401);
  });

  test("of spin's /login need no CSRF token, and are taken from no browser", async () => {
    const { jar } = await form("/login", { username: "kim", password });
    const cookie = cookieHeader({ gennaker_session: jar["gennaker_session"] ?? "" });
    expect((await send("PUT", "/api/v1/applications/spun", {}, { cookie })).status).toBe(200);
    const { host } = new URL(server.url);
    expect((await send("PUT", "/api/v1/applications/spun", {}, { cookie, origin: `http://${host}` })).status).toBe(403);
    const bearer = await send("GET", "/login", undefined, { authorization: basic("kim") });
    expect([bearer.status, bearer.jar["gennaker_session"]]).toEqual([302, expect.any(String)]);
  });
});

describe("the login page", () => {
  test("speaks English and Korean, runs no script, and leads only to this server", async () => {
    const page = await send("GET", "/ui/login?next=https://evil.example/%22%3E%3Cscript%3E", undefined, {
      "accept-language": "ko-KR,en",
    });
    expect(page.text).toContain('<html lang="ko">');
    expect(page.text).toContain("비밀번호");
    expect(page.text).not.toContain("script");
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    for (const next of [
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "/ui/\r\nset-cookie: a=b",
      "javascript:alert(1)",
    ]) {
      const answer = await form("/ui/login", { username: "kim", password, next });
      expect([next, answer.status, answer.headers["location"]]).toEqual([next, 303, "/ui/"]);
    }
    const wrong = await form("/ui/login", { username: "<b>kim", password: "wrong" });
    expect([wrong.status, wrong.text.includes("<b>")]).toEqual([401, false]);
    expect(wrong.text).toContain('role="alert"');
  });
  test("pages of the UI lead to it and back", async () => {
    expect((await send("GET", "/ui/logout", undefined, {})).headers["location"]).toBe("/ui/login?next=%2Fui%2Flogout");
  });
});

test("wrong passwords shut a name for longer and longer, and are told alike for every reason", async () => {
  await user("victim");
  const wrong = (name: string) => form("/ui/login", { username: name, password: "wrong" });
  const texts = new Set<string>();
  for (let tries = 0; tries < 6; tries += 1) texts.add((await wrong("victim")).text);
  const right = await form("/ui/login", { username: "victim", password });
  expect(right.status).toBe(401);
  texts.add(right.text);
  texts.add((await wrong("nobody-at-all")).text);
  expect(texts.size).toBe(1);
  const { rows } = await database.query<{ s: number }>(
    "select extract(epoch from locked_until - now())::float8 as s from access_user where key = 'victim'",
  );
  expect(rows[0]?.s).toBeGreaterThan(0);
  await database.query("update access_user set locked_until = now() where key = 'victim'");
  expect((await form("/ui/login", { username: "victim", password })).status).toBe(303);
});

describe("people", () => {
  test("cannot look like others, take names of Gennaker, or hide signs in theirs", async () => {
    for (const name of ["kіm", "ｋｉｍ2", "k\u0456m", "ki\u0301m", "anonymous", "engine"]) {
      const { status } = await user(name);
      expect([name, status]).toEqual([name, name === "ｋｉｍ2" ? 200 : 409]);
    }
    for (const name of ["a b", "a\u200bb", "a\u202eb", "a\u0000b", "x".repeat(251), "a\r\nb"])
      expect([name, (await user(name)).status]).toEqual([name, 400]);
    expect((await send("GET", "/api/v1/access/me", undefined, { authorization: basic("ＫＩＭ2") })).body).toMatchObject(
      { user: "kim2" },
    );
  });
  test("the last administrator stays", async () => {
    for (const body of [{ roles: [] }, { disabled: true }])
      expect((await send("PUT", "/api/v1/access/users/boss", body)).body).toMatchObject({ code: "conflict" });
    expect((await send("DELETE", "/api/v1/access/users/boss")).status).toBe(409);
    await user("boss2", ["Admin"]);
    expect((await send("PUT", "/api/v1/access/users/boss2", { roles: [] })).status).toBe(200);
  });
  test("have passwords of some length, kept as Argon2id", async () => {
    expect((await send("PUT", "/api/v1/access/users/short", { password: "elevenchars" })).status).toBe(400);
    const { rows } = await database.query<{ password: string }>("select password from access_user where key = 'boss'");
    expect(rows[0]?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe("API tokens", () => {
  const create = (body: object) => send("POST", "/api/v1/access/tokens", body, { authorization: basic("kim") });
  const me = (token: string) => send("GET", "/auth/user", undefined, { authorization: `Bearer ${token}` });

  test("work as Bearer, as X-Spinnaker-Token and as a password, until they are revoked or expire", async () => {
    const { token, id } = (await create({ name: "ci" })).body;
    expect(token).toMatch(/^gnk_/);
    for (const headers of [
      { authorization: `Bearer ${token}` },
      { "x-spinnaker-token": token },
      { authorization: basic("any", token) },
    ])
      expect((await send("GET", "/auth/user", undefined, headers as Headers)).body).toMatchObject({ username: "kim" });
    await database.query("update access_token set expires_at = now() where id = $1", [id]);
    expect((await me(token)).status).toBe(401);
    const other = (await create({ name: "two" })).body;
    expect(
      (await send("DELETE", `/api/v1/access/tokens/${other.id}`, undefined, { authorization: basic("fire") })).status,
    ).toBe(404);
    expect(
      (await send("DELETE", `/api/v1/access/tokens/${other.id}`, undefined, { authorization: basic("kim") })).status,
    ).toBe(200);
    expect((await me(other.token)).status).toBe(401);
    expect((await me(`${other.token.slice(0, -1)}x`)).status).toBe(401);
    const stored = JSON.stringify((await database.query("select * from access_token")).rows);
    expect(stored).not.toContain(token.slice(31));
  });
  test("with scopes cannot make themselves more", async () => {
    const { token } = (await create({ name: "reader", scopes: ["read"] })).body;
    const headers = { authorization: `Bearer ${token}` };
    expect((await send("GET", "/api/v1/applications", undefined, headers)).status).toBe(200);
    for (const [method, path, body] of [
      ["PUT", "/api/v1/applications/x", {}],
      ["POST", "/api/v1/access/tokens", { name: "more" }],
      ["POST", "/api/v1/access/password", { current: password, password }],
    ] as const)
      expect([path, (await send(method, path, body, headers)).status]).toEqual([path, 403]);
    expect((await create({ name: "bad", scopes: ["fly"] })).status).toBe(400);
  });
  test("of service accounts have only the account's own roles", async () => {
    await send("PUT", "/api/v1/access/users/robot", { kind: "service", roles: ["automation"] });
    const { token } = (await send("POST", "/api/v1/access/tokens", { name: "r", user: "robot" })).body;
    expect((await me(token)).body).toMatchObject({ username: "robot", roles: ["automation"] });
    expect((await create({ name: "not mine", user: "robot" })).status).toBe(403);
  });
});

test("a program is connected by a code that its owner allows, once", async () => {
  const started = (await send("POST", "/api/v1/access/device", { name: "my <b>laptop" }, {})).body;
  const poll = async () =>
    (await send("POST", "/api/v1/access/device/token", { deviceCode: started.deviceCode }, {})).body;
  expect(await poll()).toMatchObject({ state: "pending", token: null });
  const { jar } = await form("/ui/login", { username: "kim", password });
  const cookie = cookieHeader(jar);
  const page = await send("GET", `/ui/device?code=${started.userCode.toLowerCase()}`, undefined, { cookie });
  expect(page.text).toContain("my &#60;b&#62;laptop");
  const allow = (csrf: string) => form("/ui/device", { code: started.userCode, csrf, answer: "allow" }, { cookie });
  expect((await allow("wrong")).status).toBe(403);
  expect((await allow(jar["gennaker_csrf"] ?? "")).status).toBe(200);
  const given = await poll();
  expect(given).toMatchObject({ state: "approved", user: "kim" });
  expect((await send("GET", "/auth/user", undefined, { authorization: `Bearer ${given.token}` })).body).toMatchObject({
    username: "kim",
  });
  expect(await poll()).toMatchObject({ state: "expired", token: null });
});

test("emergency access opens what is restricted, is told to everybody, and ends", async () => {
  await send("PUT", "/api/v1/applications/vault", { permissions: { READ: ["x"], WRITE: ["x"] } });
  const fire = { authorization: basic("fire") };
  const look = () => send("GET", "/api/v1/applications/vault", undefined, fire);
  expect((await look()).status).toBe(403);
  const reason = "INC-42: the vault's owners are asleep";
  expect((await send("POST", "/api/v1/access/break-glass", { reason }, { authorization: basic("kim") })).status).toBe(
    403,
  );
  expect((await send("POST", "/api/v1/access/break-glass", { reason }, fire)).status).toBe(200);
  expect((await look()).status).toBe(200);
  expect((await send("PUT", "/api/v1/access/users/fire", { roles: ["admin"] }, fire)).status).toBe(403);
  const { rows } = await database.query("select data from platform_event where type = 'access.breakGlass'");
  expect(JSON.stringify(rows)).toContain(reason);
  await send("DELETE", "/api/v1/access/break-glass", undefined, fire);
  expect((await look()).status).toBe(403);
});

test("every change of people and rules is audited, and holds no secret", async () => {
  await send("PUT", "/api/v1/access/roles/crew", { grants: [{ verbs: ["read"], resources: ["application/a"] }] });
  await send("DELETE", "/api/v1/access/roles/crew");
  await send("DELETE", "/api/v1/access/users/robot");
  await send(
    "POST",
    "/api/v1/access/password",
    { current: password, password: `${password}!` },
    { authorization: basic("kim") },
  );
  expect(
    (await send("PUT", "/api/v1/access/roles/admin", { grants: [{ verbs: ["read"], resources: ["*"] }] })).status,
  ).toBe(409);
  const entries = (await send("GET", "/api/v1/audit?limit=500")).body as unknown as { action: string }[];
  const actions = new Set(entries.map(({ action }) => action));
  for (const action of [
    "user.create",
    "user.update",
    "user.delete",
    "role.create",
    "role.delete",
    "token.create",
    "token.revoke",
    "session.end",
    "login",
    "login.failed",
    "access.breakGlass",
    "access.breakGlass.end",
    "access.denied",
  ])
    expect([...actions]).toContain(action);
  expect(Object.keys(accessRoutes).length).toBeGreaterThan(15);
  expect(JSON.stringify(entries)).not.toContain(password);
  expect(server.log()).not.toContain(password);
  expect(JSON.stringify(entries)).not.toContain("gnk_");
});

test("an event stream shows what may be read, and ends when its owner is shut out", async () => {
  await user("watcher", ["operator"]);
  const abort = new AbortController();
  const stream = await fetch(`${server.url}/api/v1/events`, {
    headers: { authorization: basic("watcher") },
    signal: abort.signal,
  });
  let text = "";
  const reading = (async () => {
    for await (const chunk of stream.body ?? []) text += Buffer.from(chunk as Uint8Array).toString();
  })();
  await send("PUT", "/api/v1/applications/vault", {
    email: "v@example.com",
    permissions: { READ: ["x"], WRITE: ["x"] },
  });
  await send("PUT", "/api/v1/applications/open", {});
  await expect.poll(() => text, { timeout: 5_000 }).toContain('"open"');
  expect(text).not.toContain("vault");
  await send("PUT", "/api/v1/access/users/watcher", { disabled: true });
  await reading;
  abort.abort();
}, 20_000);
