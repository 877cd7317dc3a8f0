import { findSlapd, startSlapd } from "@gennaker/testkit/peers/slapd.ts";
import type { Socket } from "node:net";
import { createServer } from "node:net";
import { Client } from "ldapts";
import { afterAll, describe, expect, test } from "vitest";
import { readAccessSettings } from "../settings/api.ts";
import { createLdap } from "./create-ldap.ts";

const installed = findSlapd() !== null;
const peer = installed ? await startSlapd() : null;
afterAll(() => peer?.close());

const people = "ou=people,dc=test";
const groups = "ou=groups,dc=test";
const manyGroups = 700;

async function fill(): Promise<void> {
  if (peer === null) return;
  const client = new Client({ url: peer.plainUrl });
  await client.bind(peer.rootDn, peer.rootPassword);
  const add = (dn: string, attributes: Record<string, string | string[]>) => client.add(dn, attributes);
  await add(peer.base, { objectClass: ["dcObject", "organization"], o: "test", dc: "test" });
  for (const dn of [people, groups])
    await add(dn, { objectClass: "organizationalUnit", ou: dn.slice(3).split(",")[0] ?? "" });
  const person = (uid: string, more: Record<string, string> = {}) => ({
    objectClass: ["inetOrgPerson", "posixAccount"],
    uid,
    cn: uid,
    sn: uid,
    uidNumber: "1000",
    gidNumber: "500",
    homeDirectory: "/",
    userPassword: `password of ${uid}`,
    ...more,
  });
  await add(`uid=kim,${people}`, person("Kim", { displayName: "Kim L.", mail: "kim@example.com" }));
  await add(`uid=twin,ou=people,dc=test`, person("twin"));
  await add(`cn=other twin,${people}`, person("twin"));
  await add(`uid=many,${people}`, person("many", { gidNumber: "9" }));
  await add(String.raw`cn=odd\, (a*b)\5c,` + people, { ...person("odd"), cn: "odd, (a*b)\\" });
  const group = (cn: string, members: string[]) =>
    add(`cn=${cn},${groups}`, { objectClass: "groupOfNames", cn, member: members });
  await group("platform", [`uid=kim,${people}`]);
  // A circle: platform is in everybody, which is in all, which is in platform's own parent.
  await group("everybody", [`cn=platform,${groups}`]);
  await group("all", [`cn=everybody,${groups}`]);
  await client.modify(`cn=everybody,${groups}`, [
    new (await import("ldapts")).Change({
      operation: "add",
      modification: new (await import("ldapts")).Attribute({ type: "member", values: [`cn=all,${groups}`] }),
    }),
  ]);
  await group("strangers", [String.raw`cn=odd\, (a*b)\5c,` + people]);
  await add(`cn=posix,${groups}`, {
    objectClass: "posixGroup",
    cn: "posix",
    gidNumber: "1",
    memberUid: ["Kim", "many"],
  });
  await add(`cn=primary,${groups}`, { objectClass: "posixGroup", cn: "primary", gidNumber: "500" });
  for (let index = 0; index < manyGroups; index += 1) await group(`g${index}`, [`uid=many,${people}`]);
  await client.unbind();
}
await fill();

function ldap(more: object = {}) {
  const given = {
    url: peer?.secureUrl ?? "ldaps://127.0.0.1:1",
    ca: peer?.ca,
    bindDn: "cn=root,dc=test",
    bindPassword: "the-root-password",
    userBase: people,
    groupBase: groups,
    timeoutSeconds: 5,
    ...more,
  };
  const { ldap: settings } = readAccessSettings({ ldap: JSON.parse(JSON.stringify(given)) as object });
  if (settings === undefined) throw new Error("no settings");
  return createLdap(settings, async (text) => text);
}
const asked = (name: string) => ({ key: name.toLowerCase(), name, source: "ldap" });
const ask = async (name: string, more: object = {}) => {
  const answer = await ldap(more).groupsOf(asked(name), AbortSignal.timeout(20_000));
  return typeof answer === "string" ? answer : answer.groups.toSorted();
};

describe.skipIf(!installed)("OpenLDAP (skipped where slapd is not installed)", () => {
  test("people log in with their own password, over TLS, and bring their groups, also those of groups, circles or not", async () => {
    const kim = await ldap().logIn("kim", "password of Kim");
    expect(kim).toMatchObject({ source: "ldap", name: "Kim", displayName: "Kim L.", email: "kim@example.com" });
    expect(kim?.groups.toSorted()).toEqual(["all", "everybody", "platform"]);
    // The same person is the same, however the name is written.
    expect((await ldap().logIn("KIM", "password of Kim"))?.externalId).toBe(kim?.externalId);
  });

  test("a wrong, an empty and another's password log nobody in", async () => {
    for (const password of ["wrong", "", "password of many", "password of Kim\0"])
      expect([password, await ldap().logIn("kim", password)]).toEqual([password, null]);
    expect(await ldap().logIn("nobody", "password of Kim")).toBeNull();
    expect(await ldap().logIn("", "password of Kim")).toBeNull();
  });

  test("a name is never a filter", async () => {
    for (const name of ["*", "k*", "kim)(uid=*", "kim)(|(uid=*))", "\\2a", "kim\0", "*)(objectClass=*"])
      expect([name, await ldap().logIn(name, "password of Kim")]).toEqual([name, null]);
    // A person whose own name in the directory is full of signs is found in their group.
    expect(await ask("odd")).toEqual(["strangers"]);
  });

  test("StartTLS works, and a certificate that nobody vouches for is refused", async () => {
    const upgraded = { url: peer?.plainUrl.replace("127.0.0.1", "localhost"), startTls: true };
    expect(await ask("kim", upgraded)).toContain("platform");
    await expect(ask("kim", { ...upgraded, ca: undefined })).rejects.toThrow(/cannot be asked/);
    await expect(ask("kim", { ca: undefined })).rejects.toThrow(/cannot be asked/);
  });

  test("posix groups: by name and the primary one by its number", async () => {
    expect(await ask("kim", { style: "posix" })).toEqual(["posix", "primary"]);
    expect(await ask("many", { style: "posix" })).toEqual(["posix"]);
  });

  test("filters of one's own, and groups of groups only where they are wanted", async () => {
    expect(await ask("kim", { nested: "none" })).toEqual(["platform"]);
    expect(await ask("kim", { nestedDepth: 1 })).toEqual(["everybody", "platform"]);
    const own = { userFilter: "(mail={name})", groupFilter: "(&(cn=plat*)(member={dn}))", nested: "none" };
    expect(await ask("kim@example.com", own)).toEqual(["platform"]);
  });

  test("Active Directory's filters are understood; this server has no rule that goes down a chain, so it finds none", async () => {
    const directory = { style: "activeDirectory", userFilter: "(uid={name})", nameAttribute: "uid" };
    expect(await ask("kim", { ...directory, idAttribute: "entryUUID" })).toEqual([]);
    // Its own identity is binary, and stays the same when somebody is renamed.
    const asText = await ldap({ ...directory, idAttribute: "entryUUID" }).logIn("kim", "password of Kim");
    expect(JSON.parse(asText?.externalId ?? "[]")).toEqual(["ldap", people, expect.stringMatching(/^[\w-]{48}$/)]);
  });

  test("very many groups are read page by page; two people under one name are nobody", async () => {
    expect(await ask("many")).toHaveLength(manyGroups);
    await expect(ldap().logIn("twin", "password of twin")).rejects.toThrow(/several people/);
  });

  test("somebody it does not know is unknown; a wrong password of ours is told as that", async () => {
    expect(await ask("nobody")).toBe("unknown");
    await expect(ask("kim", { bindPassword: "wrong" })).rejects.toThrow(/access\.ldap\.bindDn/);
    // Without a name of ours this server shows nothing: that does not make everybody unknown.
    await expect(ask("kim", { bindDn: undefined, bindPassword: undefined })).rejects.toThrow(
      /shows nothing at ou=people/,
    );
  });

  test("one that is down is told, and asked again when it is back", async () => {
    const one = ldap();
    await peer?.stop();
    await expect(one.groupsOf(asked("kim"), AbortSignal.timeout(20_000))).rejects.toThrow(/ECONNREFUSED/);
    await peer?.start();
    expect(await one.groupsOf(asked("kim"), AbortSignal.timeout(20_000))).toMatchObject({
      groups: expect.arrayContaining(["platform"]) as string[],
    });
  });
});

test("a directory that takes a connection and never answers is given up in time", async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => void sockets.add(socket));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as { port: number };
  const url = `ldap://127.0.0.1:${port}`;
  await expect(ask("kim", { url, timeoutSeconds: 1, ca: undefined })).rejects.toThrow(
    `The directory ${url} cannot be asked`,
  );
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
});

test("settings that would send passwords readable, or cannot work, are refused with the reason", () => {
  const read = (ldap: object) => () => readAccessSettings({ ldap: { userBase: "dc=test", ...ldap } });
  expect(read({ url: "ldap://ldap.example.com" })).toThrow(/access\.ldap.*readable/);
  expect(read({ url: "ldap://ldap.example.com", startTls: true })).not.toThrow();
  expect(read({ url: "ldaps://ldap.example.com", startTls: true })).toThrow(/encrypted already/);
  expect(read({ url: "http://ldap.example.com" })).toThrow(/expected ldaps/);
  expect(read({ url: "ldaps://user@ldap.example.com" })).toThrow(/expected ldaps/);
  expect(read({ url: "ldaps://ldap.example.com", bindDn: "cn=x" })).toThrow(/belong together/);
  expect(read({ url: "ldaps://ldap.example.com", userFilter: "(uid=*)" })).toThrow(/userFilter/);
});
