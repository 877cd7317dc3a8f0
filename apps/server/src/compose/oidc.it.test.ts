import { createSign, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OidcPeer } from "@gennaker/testkit/peers/oidc-provider.ts";
import { startOidcProvider } from "@gennaker/testkit/peers/oidc-provider.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, describe, expect, test } from "vitest";

function key(kid: string) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { privateKey, jwk: { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" } as never };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const client = { clientId: "gennaker", clientSecret: "a-secret-of-tests", redirectUris: [`${base}/ui/login/callback`] };
const first = key("one");
const scene: { provider: OidcPeer } = { provider: await startOidcProvider({ ...client, keys: [first.jwk] }) };
const providerPort = Number(new URL(scene.provider.issuer).port);
const directory = mkdtempSync(join(tmpdir(), "gennaker-oidc-"));
writeFileSync(
  join(directory, "gennaker.yaml"),
  [
    "access:",
    `  publicUrl: ${base}`,
    `  oidc: {issuer: "${scene.provider.issuer}", clientId: gennaker, clientSecret: a-secret-of-tests}`,
    "  groups: {platform: [operator]}",
  ].join("\n"),
);
const server = await startServer({ flags: ["--config", join(directory, "gennaker.yaml"), "--port", String(port)] });
afterAll(async () => {
  await server.end();
  await scene.provider.close();
  rmSync(directory, { recursive: true });
});

/** A browser that follows redirects one at a time and keeps cookies by host. */
function browser() {
  const jar = new Map<string, string>();
  async function get(url: string): Promise<Response> {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
  /** Follows redirects until the answer is none, or leads to `stop`. */
  async function follow(url: string, stop = "\n"): Promise<{ response: Response; url: string }> {
    let at = url;
    for (let step = 0; step < 12; step += 1) {
      if (at.startsWith(stop)) return { response: new Response(), url: at };
      const response = await get(at);
      const location = response.headers.get("location");
      if (location === null) return { response, url: at };
      at = new URL(location, at).href;
      if (at === `${base}/ui/` || at.endsWith("/after")) return { response, url: at };
    }
    throw new Error(`too many redirects, at ${at}`);
  }
  return { jar, get, follow };
}
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

/** An ID token made of another's claims and signed as told. */
function tampered(token: string, claims: object, header: object, sign: (input: string) => string): string {
  const [, payload = ""] = token.split(".");
  const before = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
  const text = [header, { ...before, ...claims }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${sign(text)}`;
}

describe("tokens that are not what they should be", () => {
  const rs = (with_: { privateKey: import("node:crypto").KeyObject }) => (input: string) =>
    createSign("RSA-SHA256").update(input).sign(with_.privateKey, "base64url");
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
  scene.provider = await startOidcProvider({ ...client, keys: [key("two").jwk], port: providerPort });
  scene.provider.person = { sub: "kim-1", claims: { preferred_username: "kim" } };
  await login();
  expect((await login()).url).toBe(`${base}/ui/after`);
}, 30_000);
