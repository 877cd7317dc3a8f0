import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Database } from "../platform/database/api.ts";
import { newKeyLine } from "../platform/secrets/keyring.ts";
import { createSealing } from "./sealing.ts";

const directory = mkdtempSync(join(tmpdir(), "gennaker-sealing-"));
afterAll(() => rmSync(directory, { recursive: true }));
const database = (rows: object[]) => ({ query: async () => rows }) as unknown as Database;
const sealing = (keyFile: string, rows: object[] = []) =>
  createSealing({ secrets: { keyFile } as never, data: directory }, database(rows));

test("what is sealed can be opened with the key, and is not readable", async () => {
  const file = join(directory, "one.key");
  const sealed = await sealing(file).seal("rt-secret");
  expect(sealed).not.toContain("rt-secret");
  expect(await sealing(file).open(sealed ?? "")).toBe("rt-secret");
  expect(await sealing(file).seal("rt-secret")).not.toBe(sealed);
  // After a rotation the older key still opens.
  writeFileSync(file, `${newKeyLine()}\n${readFileSync(file, "utf8")}`);
  expect(await sealing(file).open(sealed ?? "")).toBe("rt-secret");
});

test("with a lost key nothing is sealed, nothing opens, and no key is made in its place", async () => {
  const sealed = (await sealing(join(directory, "two.key")).seal("x")) ?? "";
  const lost = sealing(join(directory, "lost.key"), [{ any: 1 }]);
  expect([await lost.seal("x"), await lost.open(sealed)]).toEqual([null, null]);
  for (const text of [
    "",
    "a.b",
    "a.b.c",
    sealed.replace(/^./, "?"),
    sealed.replace(/.$/, (sign) => (sign === "A" ? "B" : "A")),
  ])
    expect([text, await sealing(join(directory, "two.key")).open(text)]).toEqual([text, null]);
});
