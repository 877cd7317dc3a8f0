import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser as browserOf, key, rs256, startOidcScene, tampered } from "./fixtures/oidc-scene.ts";

const first = key("one");
const scene = await startOidcScene(first);
const { base } = scene;
const database = new pg.Client({ connectionString: scene.databaseUrl });
beforeAll(() => database.connect());
afterAll(async () => {
  await database.end();
  await scene.end();
});

type Browser = ReturnType<typeof browserOf>;
async function logIn(sub: string, groups: string[]): Promise<Browser> {
  scene.provider.person = { sub, claims: { preferred_username: sub, groups } };
  const someone = browserOf(base);
  expect((await someone.follow(`${base}/ui/login/provider?next=/ui/after`)).url).toBe(`${base}/ui/after`);
  return someone;
}
const status = async (someone: Browser) => (await someone.get(`${base}/api/v1/access/me`)).status;
const roles = async (someone: Browser) =>
  ((await (await someone.get(`${base}/api/v1/access/me`)).json()) as { roles: string[] }).roles;
/** The next round asks anew, as if the time had come. */
const age = () => database.query("update access_group_answer set asked_at = now() - interval '1 hour'");
const patience = { timeout: 25_000, interval: 300 };

describe("while somebody is logged in", () => {
  test("the provider is asked again with the refresh token, which is kept encrypted and replaced each time", async () => {
    const kim = await logIn("kim", ["platform"]);
    expect(await roles(kim)).toContain("operator");
    const stored = async () =>
      (
        await database.query<{ refresh_token: string }>(
          "select refresh_token from access_session where user_key = 'kim'",
        )
      ).rows[0]?.refresh_token ?? "";
    const before = await stored();
    expect(before).toMatch(/^[0-9a-f]{12}\.[\w-]{16}\.[\w-]{40,}$/);
    scene.provider.person.claims["groups"] = ["others"];
    await age();
    await expect.poll(() => roles(kim), patience).not.toContain("operator");
    expect(await roles(kim)).toContain("others");
    expect(await stored()).not.toBe(before);
    // The one that came back works as well.
    scene.provider.person.claims["groups"] = ["platform"];
    await age();
    await expect.poll(() => roles(kim), patience).toContain("operator");
  }, 60_000);

  test("whom the provider no longer takes is logged out here too", async () => {
    const leaver = await logIn("leaver", ["platform"]);
    expect(await status(leaver)).toBe(200);
    scene.provider.gone = true;
    await age();
    await expect.poll(() => status(leaver), patience).toBe(401);
    scene.provider.gone = false;
  }, 40_000);

  test("groups that the provider could not confirm for too long are gone, with the reason, and come back with it", async () => {
    const kim = await logIn("kim", ["platform"]);
    await scene.provider.close();
    await age();
    const failure = async () =>
      (await database.query<{ failure: string }>("select failure from access_group_answer where user_key = 'kim'"))
        .rows[0]?.failure;
    await expect.poll(failure, patience).toContain("cannot be reached");
    // The provider is down, and for a while nothing is lost by that.
    expect(await roles(kim)).toContain("operator");
    await database.query("update access_group_answer set until = now() where user_key = 'kim'");
    await database.query("update access_user set groups_until = now() where key = 'kim'");
    expect(await roles(kim)).toEqual(["viewer"]);
    const refused = async () => {
      const headers = { "content-type": "application/json", "x-gennaker-csrf": kim.jar.get("gennaker_csrf") ?? "" };
      const answer = await kim.get(`${base}/api/v1/applications/x`, { method: "PUT", headers, body: "{}" });
      return [answer.status, await answer.text()].join(" ");
    };
    await expect.poll(refused, patience).toMatch(/^403 .*oidc told groups last at .*cannot be reached/);
    // Its keys are others when it is back.
    await scene.restart([key("two"), first]);
    const again = await logIn("kim", ["platform"]);
    expect(await roles(again)).toContain("operator");
  }, 90_000);
});

test("an enormous list of groups is taken up to a limit, and refused beyond it with the reason", async () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `group-${index}`);
  const member = await logIn("member", many(5_000));
  expect(await roles(member)).toHaveLength(5_001);
  scene.provider.person = { sub: "crowd", claims: { preferred_username: "crowd", groups: many(10_001) } };
  const { response } = await browserOf(base).follow(`${base}/ui/login/provider?next=/ui/after`);
  expect([response.status, await response.text()]).toEqual([
    502,
    expect.stringContaining("more than 10000 are not taken"),
  ]);
}, 30_000);

describe("a logout token of the provider", () => {
  const event = { "http://schemas.openid.net/event/backchannel-logout": {} };
  const header = { alg: "RS256", kid: "one", typ: "logout+jwt" };
  const make = (claims: object, head: object = header, sign = rs256(first)) => {
    const now = Math.floor(Date.now() / 1_000);
    const common = { iss: scene.provider.issuer, aud: "gennaker", iat: now, jti: `${Math.random()}`, events: event };
    return tampered("a.e30.c", { ...common, ...claims }, head, sign);
  };
  const send = (token: string) =>
    fetch(`${base}/ui/login/backchannel`, { method: "POST", body: new URLSearchParams({ logout_token: token }) });

  test("ends the person's sessions, is audited, and is taken once", async () => {
    const [one, two, other] = [await logIn("ann", []), await logIn("ann", []), await logIn("bo", [])];
    const token = make({ sub: "ann" });
    const answer = await send(token);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect([await status(one), await status(two), await status(other)]).toEqual([401, 401, 200]);
    const ended = await database.query(
      "select 1 from platform_audit where action = 'session.end' and reason like '%provider%'",
    );
    expect(ended.rows.length).toBeGreaterThanOrEqual(2);
    const back = await logIn("ann", []);
    const replayed = await send(token);
    expect([replayed.status, await replayed.text()]).toEqual([400, expect.stringContaining("used before")]);
    expect(await status(back)).toBe(200);
  }, 30_000);

  test("that names one session ends that one", async () => {
    const [one, two] = [await logIn("cy", []), await logIn("cy", [])];
    const rows = await database.query<{ id: string }>(
      "select id from access_session where user_key = 'cy' order by created_at",
    );
    await database.query("update access_session set provider_session = 'sid-1' where id = $1", [rows.rows[0]?.id]);
    expect((await send(make({ sid: "sid-1" }))).status).toBe(200);
    expect([await status(one), await status(two)]).toEqual([401, 200]);
  }, 30_000);

  test.each<[string, () => string]>([
    ["signed by a stranger", () => make({ sub: "dee" }, header, rs256(key("one")))],
    ["not signed", () => make({ sub: "dee" }, { alg: "none" }, () => "")],
    ["of another issuer", () => make({ sub: "dee", iss: "http://evil.example" })],
    ["for another client", () => make({ sub: "dee", aud: "other" })],
    ["an ID token", () => make({ sub: "dee", nonce: "n" })],
    ["no token", () => "nonsense"],
    ["nothing", () => ""],
  ])("%s is refused and ends nothing", async (_name, token) => {
    const dee = await logIn("dee", []);
    expect((await send(token())).status).toBe(400);
    expect(await status(dee)).toBe(200);
  });
});

test("a logout here goes on to the provider's own", async () => {
  const kim = await logIn("kim", []);
  const csrf = kim.jar.get("gennaker_csrf") ?? "";
  const answer = await kim.get(`${base}/ui/logout`, { method: "POST", body: new URLSearchParams({ csrf }) });
  const location = new URL(answer.headers.get("location") ?? "");
  expect([answer.status, location.origin, location.pathname]).toEqual([303, scene.provider.issuer, "/session/end"]);
  expect(location.searchParams.get("post_logout_redirect_uri")).toBe(`${base}/auth/loggedOut`);
  expect(await status(kim)).toBe(401);
});
