import { afterAll, describe, expect, test } from "vitest";
import { browser as browserOf, key, rs256, startOidcScene, tampered } from "./fixtures/oidc-scene.ts";

const first = key("one");
const scene = await startOidcScene(first);
const { base } = scene;
const browser = () => browserOf(base);
afterAll(() => scene.end());

const callback = `${base}/ui/login/callback`;
const login = (someone = browser()) => someone.follow(`${base}/ui/login/provider?next=/ui/after`);

describe("a login at the provider", () => {
  test("makes the person with mapped groups, and brings groups up to date", async () => {
    scene.provider.person = {
      sub: "kim-1",
      claims: { preferred_username: "Kim", name: "Kim L.", groups: ["platform", "admin"] },
    };
    const kim = browser();
    expect((await login(kim)).url).toBe(`${base}/ui/after`);
    const me = (await (await kim.get(`${base}/api/v1/access/me`)).json()) as { user: string; roles: string[] };
    expect(me.user).toBe("kim");
    // A group that the provider happens to call like a built-in role gives nothing.
    expect(me.roles.toSorted()).toEqual(["operator", "platform", "viewer"]);
    scene.provider.person.claims["groups"] = [];
    await login(kim);
    expect(await (await kim.get(`${base}/api/v1/access/me`)).json()).toMatchObject({ roles: ["viewer"] });
  });

  test("never becomes somebody else of that name, or one that looks alike", async () => {
    for (const name of ["kim", "KIM", "\u212aim", "kіm"]) {
      scene.provider.person = { sub: `other-${name}`, claims: { preferred_username: name } };
      expect([name, (await login()).response.status]).toEqual([name, 409]);
    }
  });

  test("an answer is used once, only by the browser that began, and only as it was begun", async () => {
    scene.provider.person = { sub: "kim-1", claims: { preferred_username: "kim" } };
    const kim = browser();
    const { url } = await kim.follow(`${base}/ui/login/provider`, callback);
    const victim = browser();
    expect((await victim.get(url)).status).toBe(401);
    const forged = new URL(url);
    forged.searchParams.set("state", "x");
    expect((await kim.get(forged.href)).status).toBe(401);
    // That was the one try of this login.
    expect((await kim.get(url)).status).toBe(401);
    expect(kim.jar.has("gennaker_session")).toBe(false);
  });
});

describe("tokens that are not what they should be", () => {
  const rs = rs256;
  const now = Math.floor(Date.now() / 1_000);
  const stranger = key("one");
  test.each<[string, object, object, (input: string) => string]>([
    ["another key under the same name", {}, { alg: "RS256", kid: "one" }, rs(stranger)],
    ["no algorithm", {}, { alg: "none" }, () => ""],
    ["a symmetric algorithm", {}, { alg: "HS256", kid: "one" }, rs(first)],
    ["another issuer", { iss: "http://evil.example" }, { alg: "RS256", kid: "one" }, rs(first)],
    ["another client", { aud: "other" }, { alg: "RS256", kid: "one" }, rs(first)],
    ["another nonce", { nonce: "x" }, { alg: "RS256", kid: "one" }, rs(first)],
    ["an expired one", { exp: now - 120, iat: now - 600 }, { alg: "RS256", kid: "one" }, rs(first)],
  ])("%s is refused", async (_name, claims, header, sign) => {
    scene.provider.person = { sub: "kim-1", claims: { preferred_username: "kim" } };
    scene.provider.change = (answer) => ({
      ...answer,
      id_token: tampered(String(answer["id_token"]), claims, header, sign),
    });
    const { response } = await login();
    scene.provider.change = null;
    expect(response.status).toBe(401);
  });
  test("clocks may differ a little", async () => {
    const header = { alg: "RS256", kid: "one" };
    scene.provider.change = (answer) => ({
      ...answer,
      id_token: tampered(String(answer["id_token"]), { exp: Math.floor(Date.now() / 1_000) - 10 }, header, rs(first)),
    });
    const { url } = await login();
    scene.provider.change = null;
    expect(url).toBe(`${base}/ui/after`);
  });
});

describe("bearer tokens of the provider", () => {
  test("unknown and foreign ones are refused", async () => {
    const foreign = tampered(
      "a.e30.c",
      { iss: "http://evil.example", aud: "gennaker", sub: "1" },
      { alg: "none" },
      () => "x",
    );
    for (const token of ["nonsense", foreign, `${foreign}.x`]) {
      const answer = await fetch(`${base}/auth/user`, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(401);
    }
  });
  test("and whoever sends many of them is told to wait, before the provider is asked", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 40; count += 1)
      statuses.push((await fetch(`${base}/auth/user`, { headers: { authorization: `Bearer wrong-${count}` } })).status);
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
  });
});

test("after a provider has changed its keys the next login works again; one that is down is told, and sessions go on", async () => {
  scene.provider.person = { sub: "kim-1", claims: { preferred_username: "kim" } };
  const kim = browser();
  await login(kim);
  const late = browser();
  const { url: answer } = await late.follow(`${base}/ui/login/provider`, callback);
  await scene.provider.close();
  expect((await late.get(answer)).status).toBe(502);
  expect((await kim.get(`${base}/api/v1/access/me`)).status).toBe(200);
  await scene.restart([key("two")]);
  scene.provider.person = { sub: "kim-1", claims: { preferred_username: "kim" } };
  await login();
  expect((await login()).url).toBe(`${base}/ui/after`);
}, 30_000);
