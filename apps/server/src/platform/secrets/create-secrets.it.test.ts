import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeVault } from "@gennaker/testkit/fakes/vault.ts";
import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { Actor } from "../audit/api.ts";
import { createAuditLog } from "../audit/create-audit-log.ts";
import { createDatabase } from "../database/create-database.ts";
import { migrate } from "../database/migrate.ts";
import { createOutgoing } from "../outgoing/create-outgoing.ts";
import { outgoingSchema } from "../outgoing/settings.ts";
import { createRedactor } from "../values/redactor.ts";
import type { SecretScope } from "./api.ts";
import type { SecretsOptions } from "./create-secrets.ts";
import { createSecrets } from "./create-secrets.ts";
import { newKeyLine } from "./keyring.ts";
import { secretsSchema } from "./settings.ts";

const directory = await mkdtemp(join(tmpdir(), "gennaker-secrets-"));
const { url, drop } = await createTestDatabase({ key: "server", migrate: async (each) => void (await migrate(each)) });
const database = createDatabase({ url });
const outgoing = createOutgoing({ settings: outgoingSchema.parse({}), localAllowed: true, env: {} });
const vault = await startFakeVault();
afterAll(async () => {
  await Promise.all([vault.close(), outgoing.close()]);
  await database.close();
  await drop();
  await rm(directory, { recursive: true });
});
beforeEach(() => database.query("delete from secret_value"));

const keyFile = join(directory, "keys");
const actor: Actor = { user: "ann", roles: [], via: "api" };
const configuration: SecretScope = { from: "configuration" };
const pipeline: SecretScope = { from: "pipeline", application: "shop", host: "ci.example" };
function secretsOf(section: object = {}, more: Partial<SecretsOptions> = {}) {
  const redactor = createRedactor();
  const secrets = createSecrets({
    database,
    audit: createAuditLog(),
    outgoing,
    settings: secretsSchema.parse({ keyFile, ...section }),
    dataDirectory: directory,
    env: { TOKEN: "env-canary" },
    redactor,
    ...more,
  });
  return { ...secrets, redactor };
}
const input = { value: "db-canary", description: "for CI", applications: ["Shop"], hosts: ["ci.example"] };

test("env and files: whole values, values in texts, fields of JSON; all are remembered", async () => {
  await mkdir(join(directory, "secrets", "sub"), { recursive: true });
  await writeFile(join(directory, "secrets", "sub", "token"), "file-canary\n");
  await writeFile(join(directory, "secrets", "all.json"), '{"user":"u-canary","n":12345}');
  const { reveal, redactor } = secretsOf();
  expect(await reveal("Bearer secret://env/TOKEN!", configuration)).toBe("Bearer env-canary!");
  expect(await reveal("secret://file/sub/token", configuration)).toBe("file-canary");
  expect(await reveal("secret://file/all.json#user secret://file/all.json#n", configuration)).toBe("u-canary 12345");
  expect(redactor.text("env-canary file-canary u-canary 12345")).toBe("****** ****** ****** ******");
});

test("nothing outside the directory of files is read", async () => {
  await mkdir(join(directory, "secrets"), { recursive: true });
  await writeFile(join(directory, "outside"), "x");
  await symlink(join(directory, "outside"), join(directory, "secrets", "link")).catch(() => {});
  const { reveal } = secretsOf();
  for (const path of ["../outside", "link", "%2Fetc%2Fpasswd", "none", "."])
    await expect(reveal(`secret://file/${path}`, configuration), path).rejects.toMatchObject({ fault: "missing" });
});

test.each([
  ["secret://env/NONE", "missing"],
  ["secret://nowhere/x", "source"],
  ["secret://db/a/b", "reference"],
  ["secret://db/none", "missing"],
  ["secret://kubernetes/a/b/c#d", "source"],
])("%s: %s", async (text, fault) => {
  await expect(secretsOf().reveal(text, configuration)).rejects.toMatchObject({ fault });
  expect(await secretsOf().check(text)).toContain(text.replace(/#.*/, ""));
});

test("a stored secret is for its applications and hosts; the row holds no value, nor does the audit", async () => {
  const { set, reveal, list, check } = secretsOf();
  expect(await set("ci-token", input, actor)).toMatchObject({
    name: "ci-token",
    applications: ["shop"],
    readable: true,
  });
  expect(await reveal("secret://db/ci-token", pipeline)).toBe("db-canary");
  expect(await check("secret://db/ci-token")).toBeNull();
  for (const scope of [
    { ...pipeline, host: "evil.example" },
    { ...pipeline, application: "other" },
    { ...pipeline, application: null },
  ])
    await expect(reveal("secret://db/ci-token", scope)).rejects.toMatchObject({ fault: "forbidden" });
  await expect(reveal("secret://env/TOKEN", pipeline)).rejects.toMatchObject({ fault: "forbidden" });
  const rows = await database.query("select * from secret_value");
  const audit = await database.query("select * from platform_audit where resource = 'secret/ci-token'");
  expect(JSON.stringify([rows, audit, await list()])).not.toContain("db-canary");
  expect(audit).toMatchObject([{ action: "secret.set", actor: "ann" }]);
});

test("keys are rotated; a lost one is said, and what is encrypted with others goes on", async () => {
  const { set, reveal, rotate, list, remove } = secretsOf();
  await set("one", input, actor);
  const old = (await list())[0]?.keyId;
  const { readFile } = await import("node:fs/promises");
  await writeFile(keyFile, `${newKeyLine()}\n${await readFile(keyFile, "utf8")}`);
  await set("two", { ...input, value: "second" }, actor);
  expect(await rotate(actor)).toMatchObject({ rotated: 1, unreadable: [] });
  expect((await list()).map(({ keyId }) => keyId === old)).toEqual([false, false]);
  expect(await reveal("secret://db/one secret://db/two", configuration)).toBe("db-canary second");

  await writeFile(keyFile, newKeyLine());
  await expect(reveal("secret://db/one", configuration)).rejects.toMatchObject({
    fault: "lostKey",
    message: expect.stringContaining("gennaker secret set one") as string,
  });
  await set("three", { ...input, value: "third" }, actor);
  expect(await reveal("secret://db/three secret://env/TOKEN", configuration)).toBe("third env-canary");
  expect((await list()).map(({ name, readable }) => [name, readable])).toEqual([
    ["one", false],
    ["three", true],
    ["two", false],
  ]);
  expect(await rotate(actor)).toMatchObject({ rotated: 0, unreadable: ["one", "two"] });
  expect([await remove("one", actor), await remove("one", actor)]).toEqual([true, false]);
});

test("a key file that vanished is not replaced silently", async () => {
  const { set, list } = secretsOf();
  await set("one", input, actor);
  await rename(keyFile, `${keyFile}.away`);
  await expect(set("two", input, actor)).rejects.toMatchObject({
    fault: "lostKey",
    message: expect.stringContaining("Put the file back") as string,
  });
  expect(await list()).toMatchObject([{ name: "one", readable: false }]);
  await rename(`${keyFile}.away`, keyFile);
  expect(await list()).toMatchObject([{ name: "one", readable: true }]);
});

test("vault: version 2 and 1, a token, and an AppRole whose token is renewed when it is refused", async () => {
  vault.put("kv/apps/ci", { token: "v2-canary" });
  vault.put("old/ci", { token: "v1-canary" });
  const address = vault.url;
  const { reveal, redactor } = secretsOf(
    {
      sources: {
        vault: { type: "vault", address, token: "secret://env/VAULT" },
        old: { type: "vault", address, kv: 1, token: "root" },
        role: { type: "vault", address, appRole: { roleId: "role", secretId: "secret://env/SECRET_ID" } },
        wrong: { type: "vault", address, token: "wrong" },
        gone: { type: "vault", address: "http://127.0.0.1:9", token: "x" },
      },
    },
    { env: { VAULT: "root", SECRET_ID: "secret-id" } },
  );
  expect(await reveal("secret://vault/kv/apps/ci#token", configuration)).toBe("v2-canary");
  expect(await reveal("secret://old/old/ci#token", configuration)).toBe("v1-canary");
  expect(await reveal("secret://role/kv/apps/ci#token", configuration)).toBe("v2-canary");
  expect(await reveal("secret://role/kv/apps/ci#token", configuration)).toBe("v2-canary");
  expect(vault.logins()).toBe(1);
  vault.revokeSessions();
  expect(await reveal("secret://role/kv/apps/ci#token", configuration)).toBe("v2-canary");
  expect(vault.logins()).toBe(2);
  expect(redactor.text("hvs.session-2 v1-canary secret-id")).toBe("****** ****** ******");
  const faults: [string, string][] = [
    ["secret://vault/kv/none#token", "missing"],
    ["secret://vault/kv/apps/ci#none", "missing"],
    ["secret://vault/kv/apps/ci", "reference"],
    ["secret://vault/kv/../sys#x", "reference"],
    ["secret://wrong/kv/apps/ci#token", "unavailable"],
    ["secret://gone/kv/apps/ci#token", "unavailable"],
  ];
  for (const [text, fault] of faults) await expect(reveal(text, configuration), text).rejects.toMatchObject({ fault });
});

test("kubernetes: through the port, by key, with words for what is missing", async () => {
  const data = { a: Buffer.from("k8s-canary").toString("base64") };
  const readKubernetesSecret = async (account: string, namespace: string, name: string) => {
    if (account === "down") throw new Error("no connection");
    return name === "one" && namespace === "ns" ? data : name === "two" ? { ...data, b: "" } : null;
  };
  const { reveal } = secretsOf({}, { readKubernetesSecret });
  expect(await reveal("secret://kubernetes/prod/ns/one#a", configuration)).toBe("k8s-canary");
  expect(await reveal("secret://kubernetes/prod/ns/one", configuration)).toBe("k8s-canary");
  await expect(reveal("secret://kubernetes/prod/ns/two", configuration)).rejects.toThrow("one of a, b");
  await expect(reveal("secret://kubernetes/prod/ns/three#a", configuration)).rejects.toMatchObject({
    fault: "missing",
  });
  await expect(reveal("secret://kubernetes/down/ns/one#a", configuration)).rejects.toMatchObject({
    fault: "unavailable",
  });
  await expect(reveal("secret://kubernetes/prod/one", configuration)).rejects.toMatchObject({ fault: "reference" });
});
