import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runAgainst } from "../../testing/stub-api.ts";

const secret = {
  name: "ci",
  description: "for CI",
  applications: ["shop"],
  hosts: ["ci.example"],
  keyId: "k1",
  readable: true,
  updatedAt: "2026-01-01T00:00:00.000Z",
  updatedBy: "ann",
};

test("set sends what standard input holds, without the last line break, and never shows it", async () => {
  const args = ["secret", "set", "ci", "--application", "shop", "--application", "web", "--host", "*.example"];
  const { code, out, err, asked } = await runAgainst({ "PUT /secrets/ci": secret }, args, "canary\nmore\n");
  expect(asked[0]?.body).toEqual({
    value: "canary\nmore",
    description: "",
    applications: ["shop", "web"],
    hosts: ["*.example"],
  });
  expect([code, out]).toEqual([0, "Kept ci. Refer to it as secret://db/ci\n"]);
  expect(out + err).not.toContain("canary");
  expect(await runAgainst({}, ["secret", "set", "ci"], "\n")).toMatchObject({ code: 2, asked: [] });
});

test("list says whose key is lost", async () => {
  const answers = { "GET /secrets": [secret, { ...secret, name: "old", readable: false }] };
  const { out } = await runAgainst(answers, ["secrets", "list"]);
  expect(out).toMatch(/ci +shop +ci\.example +k1 +ann/);
  expect(out).toContain("k1 (lost)");
});

test("check and rotate fail with words when something cannot be read", async () => {
  const reason = "There is nothing at secret://env/X.";
  expect(
    await runAgainst({ "GET /secrets/check": { resolves: false, reason } }, ["secret", "check", "secret://env/X"]),
  ).toMatchObject({
    code: 1,
    out: `${reason}\n`,
  });
  const outcome = { keyId: "k2", rotated: 3, unreadable: ["old"] };
  const { code, out } = await runAgainst({ "POST /secrets/rotate": outcome }, ["secret", "rotate"]);
  expect([code, out]).toEqual([
    1,
    "3 secrets were encrypted anew with the key k2.\nTheir keys are lost, set them again: old\n",
  ]);
});

test("key puts a new key first, for the owner only, and keeps the others", async () => {
  const directory = await mkdtemp(join(tmpdir(), "gennaker-key-"));
  const file = join(directory, "keys");
  expect((await runAgainst({}, ["secret", "key", file])).code).toBe(0);
  const first = await readFile(file, "utf8");
  const { out } = await runAgainst({}, ["secret", "key", file]);
  const [newest = "", rest = ""] = (await readFile(file, "utf8")).split(/\n(.*)/s);
  expect([Buffer.from(newest, "base64").length, rest]).toEqual([32, first]);
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe("600");
  expect(out).not.toContain(newest);
  expect((await runAgainst({}, ["secret", "key", join(directory, "none", "keys")])).err).toContain("cannot be written");
  await rm(directory, { recursive: true });
});

test("delete asks first", async () => {
  expect(await runAgainst({ "DELETE /secrets/ci": {} }, ["secret", "delete", "ci"])).toMatchObject({
    code: 2,
    asked: [],
  });
  expect(await runAgainst({ "DELETE /secrets/ci": {} }, ["secret", "delete", "ci", "--yes"])).toMatchObject({
    code: 0,
    out: "Forgot ci.\n",
  });
});
