import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runAgainst } from "../../testing/stub-api.ts";

test("fetch sends the artifact of its flags over that of its file", async () => {
  const found = { digest: "sha256:abc", size: 7, artifact: { type: "git/repo", version: "c0ffee" } };
  const args = ["artifact", "fetch", "--file", "-", "--version", "main", "--account", "g"];
  const given = '{"type":"git/repo","reference":"https://h/r.git","version":"old"}';
  const { out, asked } = await runAgainst({ "POST /artifacts/fetch": found }, args, given);
  expect(asked[0]?.body).toEqual({
    type: "git/repo",
    reference: "https://h/r.git",
    version: "main",
    artifactAccount: "g",
  });
  expect(out).toBe("sha256:abc  7 bytes  version c0ffee\n");
  expect(await runAgainst({}, ["artifact", "fetch", "--reference", "x"])).toMatchObject({ code: 2, asked: [] });
});

test("accounts, usage and types are shown", async () => {
  const answers = {
    "GET /artifacts/accounts": [{ name: "store", types: ["s3/object"] }],
    "GET /artifacts/usage": { contents: 2, bytes: 10, pinnedBytes: 4, limitBytes: 100 },
  };
  expect((await runAgainst(answers, ["artifact", "accounts"])).out).toMatch(/store +s3\/object/);
  expect((await runAgainst(answers, ["artifact", "usage"])).out).toBe(
    "2 contents, 10 of 100 bytes\n4 bytes are held by runs that have not ended\n",
  );
  const { out } = await runAgainst({}, ["artifact", "types", "--json"]);
  expect(JSON.parse(out)).toEqual(
    expect.arrayContaining([expect.objectContaining({ type: "git/repo", fetched: true })]),
  );
});

test("match tells by its exit code", async () => {
  const directory = await mkdtemp(join(tmpdir(), "gennaker-match-"));
  const file = async (name: string, value: unknown) => {
    await writeFile(join(directory, name), JSON.stringify(value));
    return join(directory, name);
  };
  const expected = await file("expected.json", { id: "e", matchArtifact: { type: "docker/image", name: "app.*" } });
  const good = await file("good.json", { type: "docker/image", name: "app-1" });
  const bad = await file("bad.json", { type: "docker/image", name: "other" });
  expect(await runAgainst({}, ["artifact", "match", expected, good])).toMatchObject({ code: 0, out: "It matches.\n" });
  expect(await runAgainst({}, ["artifact", "match", expected, bad])).toMatchObject({
    code: 1,
    out: "It does not match.\n",
  });
  await rm(directory, { recursive: true });
});
