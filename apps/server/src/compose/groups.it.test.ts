import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPeer } from "@gennaker/testkit/fakes/http-peer.ts";
import { findSlapd, startSlapd } from "@gennaker/testkit/peers/slapd.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { Client } from "ldapts";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";

const installed = findSlapd() !== null;

async function scene() {
  const slapd = await startSlapd();
  const client = new Client({ url: slapd.plainUrl });
  await client.bind(slapd.rootDn, slapd.rootPassword);
  await client.add("dc=test", { objectClass: ["dcObject", "organization"], o: "test", dc: "test" });
  const person = { objectClass: "inetOrgPerson", sn: "x" };
  for (const uid of ["kim", "bo", "admin"])
    await client.add(`uid=${uid},dc=test`, { ...person, uid, cn: uid, userPassword: `${uid} in the directory` });
  const group = (cn: string, uid: string) =>
    client.add(`cn=${cn},dc=test`, { objectClass: "groupOfNames", cn, member: `uid=${uid},dc=test` });
  await group("deployers", "kim");
  await group("admin", "bo");
  await client.unbind();
  const github = await startPeer((request, response) => {
    const login = [{ login: "kim" }];
    const path = request.url ?? "";
    const body = path.includes("/teams?") ? [{ slug: "sre" }] : login;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  const directory = mkdtempSync(join(tmpdir(), "gennaker-groups-"));
  writeFileSync(
    join(directory, "gennaker.yaml"),
    JSON.stringify({
      access: {
        local: true,
        ldap: {
          url: slapd.secureUrl,
          ca: slapd.ca,
          bindDn: slapd.rootDn,
          bindPassword: slapd.rootPassword,
          userBase: "dc=test",
          keepMinutes: 30,
        },
        github: { url: github.url, organization: "acme", token: "t" },
        groups: { deployers: ["operator"], sre: ["auditor"] },
      },
    }),
  );
  const server = await startServer({ flags: ["--config", join(directory, "gennaker.yaml")] }).catch(
    async (error: unknown) => {
      await Promise.all([slapd.close(), github.close()]);
      throw error;
    },
  );
  const database = new pg.Client({
    connectionString: readFileSync(join(server.data, "run", "database.url"), "utf8").trim(),
  });
  await database.connect();
  return {
    slapd,
    server,
    database,
    async end() {
      await database.end();
      await server.end();
      await slapd.close();
      await github.close();
      rmSync(directory, { recursive: true });
    },
  };
}
const all = installed ? await scene() : null;
afterAll(() => all?.end());

function use() {
  if (all === null) throw new Error("slapd is not installed");
  const { slapd, server, database } = all;
  const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
  const get = async (path: string, authorization: string) => {
    const response = await fetch(`${server.url}${path}`, { headers: { authorization } });
    return {
      status: response.status,
      body: (await response.json()) as { roles: string[]; detail: string; message: string },
    };
  };
  const put = (path: string, body: unknown, authorization: string) =>
    fetch(`${server.url}${path}`, {
      method: "PUT",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const logIn = (username: string, password: string) =>
    fetch(`${server.url}/ui/login`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ username, password }),
    });
  /** The next round asks anew, as if the time had come. */
  const age = () => database.query("update access_group_answer set asked_at = now() - interval '1 hour'");
  const setUp = async (username: string) => {
    const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
    return fetch(`${server.url}/ui/setup`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ token, username, password: "correct horse battery" }),
    });
  };
  return { slapd, server, database, basic, get, put, logIn, age, setUp };
}
const kim = "kim in the directory";

describe.skipIf(!installed)(
  "people and groups of LDAP and teams of GitHub (skipped where slapd is not installed)",
  () => {
    test("log in with the directory's password, in the browser and with Basic, and have its groups and teams", async () => {
      const { basic, get, logIn, setUp } = use();
      expect((await setUp("boss")).status).toBe(303);
      const entered = await logIn("kim", kim);
      expect([entered.status, entered.headers.get("location")]).toEqual([303, "/ui/"]);
      const me = await get("/api/v1/access/me", basic("KIM", kim));
      expect(me.body.roles.toSorted()).toEqual(["acme", "auditor", "deployers", "operator", "sre", "viewer"]);
      // A group that the directory happens to call like a built-in role gives nothing.
      expect((await get("/api/v1/access/me", basic("bo", "bo in the directory"))).body.roles).not.toContain("admin");
    });

    test("a wrong and an empty password, filters for names, and local people with the directory's password are refused", async () => {
      const { basic, get, logIn } = use();
      for (const [name, password] of [
        ["kim", "wrong"],
        ["kim", ""],
        ["k*", kim],
        ["*)(uid=kim", kim],
        ["boss", kim],
        ["nobody", ""],
      ] as const) {
        expect([name, (await logIn(name, password)).status]).toEqual([name, 401]);
        expect((await get("/api/v1/access/me", basic(name, password))).status).toBe(401);
      }
    });

    test("the directory cannot take over a name that is known here", async () => {
      const { put, logIn, basic, get } = use();
      const boss = basic("boss", "correct horse battery");
      expect(
        (await put("/api/v1/access/users/admin", { roles: ["admin"], password: "another long one" }, boss)).status,
      ).toBe(200);
      expect((await logIn("admin", "admin in the directory")).status).toBe(401);
      expect((await get("/api/v1/access/me", basic("admin", "another long one"))).status).toBe(200);
    });

    test("a group that is taken away is lost while logged in", async () => {
      const { slapd, basic, get, age } = use();
      const client = new Client({ url: slapd.plainUrl });
      await client.bind(slapd.rootDn, slapd.rootPassword);
      await client.del("cn=deployers,dc=test");
      await age();
      const roles = async () => (await get("/api/v1/access/me", basic("kim", kim))).body.roles;
      await expect.poll(roles, { timeout: 25_000, interval: 300 }).not.toContain("operator");
      await client.add("cn=deployers,dc=test", {
        objectClass: "groupOfNames",
        cn: "deployers",
        member: "uid=kim,dc=test",
      });
      await age();
      await expect.poll(roles, { timeout: 25_000, interval: 300 }).toContain("operator");
      await client.unbind();
    }, 60_000);

    test("a directory that is down keeps the groups for a while, then they are gone, with the reason; logins say so", async () => {
      const { slapd, server, database, put, basic, get, logIn, age } = use();
      await get("/api/v1/access/me", basic("kim", kim));
      await slapd.stop();
      const refused = await logIn("bo", "bo in the directory");
      expect([refused.status, await refused.text()]).toEqual([
        502,
        expect.stringContaining("cannot be asked just now"),
      ]);
      // Where it is and why it fails is for the log.
      expect(server.log()).toMatch(/ECONNREFUSED[^\n]*a login could not be checked/);
      await age();
      const failure = async () =>
        (
          await database.query<{ failure: string | null }>(
            "select failure from access_group_answer where user_key = 'kim' and source = 'ldap'",
          )
        ).rows[0]?.failure;
      await expect.poll(failure, { timeout: 25_000, interval: 300 }).toContain("ECONNREFUSED");
      // The password was checked less than a minute ago; the groups still count.
      const { rows } = await database.query<{ groups: string[] }>("select groups from access_user where key = 'kim'");
      expect(rows[0]?.groups).toContain("deployers");
      await database.query("update access_group_answer set until = now() where source = 'ldap'");
      await database.query("update access_user set groups_until = now() where key = 'kim'");
      // At once, before any round has worked them out anew.
      const boss = basic("boss", "correct horse battery");
      const why = () => get("/api/v1/access/explain?user=kim&verb=write&resource=application/shop", boss);
      expect((await why()).body).toMatchObject({
        allowed: false,
        roles: expect.not.arrayContaining(["operator"]) as string[],
      });
      const note = async () => JSON.stringify((await why()).body);
      await expect.poll(note, { timeout: 25_000, interval: 300 }).toMatch(/ldap told groups last at .*ECONNREFUSED/);
      await slapd.start();
      await age();
      await expect
        .poll(async () => (await why()).body, { timeout: 25_000, interval: 300 })
        .toMatchObject({ allowed: true });
      expect((await put("/api/v1/access/users/kim", { email: null }, boss)).status).toBe(200);
    }, 90_000);

    test("whom the directory no longer knows is shut out, and let in when it does again", async () => {
      const { slapd, server, basic, get, age } = use();
      const boss = basic("boss", "correct horse battery");
      const made = await fetch(`${server.url}/api/v1/access/tokens`, {
        method: "POST",
        headers: { authorization: boss, "content-type": "application/json" },
        body: JSON.stringify({ name: "ci", user: "kim" }),
      });
      const { token } = (await made.json()) as { token: string };
      const status = async () => (await get("/auth/user", `Bearer ${token}`)).status;
      expect(await status()).toBe(200);
      const client = new Client({ url: slapd.plainUrl });
      await client.bind(slapd.rootDn, slapd.rootPassword);
      await client.modifyDN("uid=kim,dc=test", "uid=kim-left");
      await age();
      await expect.poll(status, { timeout: 25_000, interval: 300 }).toBe(401);
      const audit = (await get("/api/v1/audit?limit=100", boss)).body as unknown as {
        action: string;
        resource: string;
      }[];
      expect(audit).toContainEqual(expect.objectContaining({ action: "user.gone", resource: "user/kim" }));
      await client.modifyDN("uid=kim-left,dc=test", "uid=kim");
      await age();
      await expect.poll(status, { timeout: 25_000, interval: 300 }).toBe(200);
      await client.unbind();
    }, 90_000);
  },
);
