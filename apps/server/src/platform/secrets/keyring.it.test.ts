import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createKeyFile, newKeyLine, readKeyring, seal, unseal } from "./keyring.ts";

const directory = await mkdtemp(join(tmpdir(), "gennaker-keys-"));
afterAll(() => rm(directory, { recursive: true }));
const file = async (name: string, text: string) => {
  await writeFile(join(directory, name), text);
  return join(directory, name);
};

test("a made key file is for its owner only, and is never made twice", async () => {
  const path = join(directory, "made");
  expect([await createKeyFile(path), await createKeyFile(path)]).toEqual([true, false]);
  expect(((await stat(path)).mode & 0o777).toString(8)).toBe("600");
  expect(await readKeyring(path)).toHaveLength(1);
  expect(await readKeyring(join(directory, "none"))).toEqual([]);
});

test("the first key encrypts, each decrypts; every sealing is another", async () => {
  const [old, young] = [newKeyLine(), newKeyLine()];
  const before = await readKeyring(await file("one", old));
  const after = await readKeyring(await file("two", `# young\n${young}\n\n${old} # old\n`));
  const sealed = seal(before[0] as never, "a", "värde");
  expect(unseal(after, "a", sealed)).toBe("värde");
  expect(after[0]?.id).not.toBe(before[0]?.id);
  expect(seal(before[0] as never, "a", "värde").sealed.equals(sealed.sealed)).toBe(false);
  expect(sealed.sealed.includes(Buffer.from("värde"))).toBe(false);
});

test("a lost key, a changed row, a row passed off as another: each is said", async () => {
  const keys = await readKeyring(await file("k", newKeyLine()));
  const others = await readKeyring(await file("o", newKeyLine()));
  const sealed = seal(keys[0] as never, "a", "value");
  expect(() => unseal(others, "a", sealed)).toThrow(
    `Secret a was encrypted with the key ${sealed.keyId}, which the key file`,
  );
  expect(() => unseal(keys, "b", sealed)).toThrow(/Secret b was changed/);
  const changed = Buffer.from(sealed.sealed);
  changed[0] = (changed[0] ?? 0) ^ 1;
  expect(() => unseal(keys, "a", { ...sealed, sealed: changed })).toThrow(/was changed/);
});

test.each(["short", Buffer.alloc(31).toString("base64"), "no base64 at all, but long enough to be one"])(
  "%s is no key",
  async (line) => {
    await expect(readKeyring(await file("bad", `# x\n${line}\n`))).rejects.toThrow(/Line 2 .* no key of 32 bytes/);
  },
);
