import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fakeContext } from "../testing/fake-context.ts";
import { readDocument } from "./read-document.ts";

const folder = mkdtempSync(join(tmpdir(), "gennaker-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const read = (path: string, stdin = "") => readDocument(fakeContext({ stdin: [Buffer.from(stdin)] }).context, path);

test("JSON, YAML and standard input", async () => {
  expect(await read(file("a.json", '\ufeff{"a":1}'))).toEqual({ a: 1 });
  expect(await read(file("a.yaml", "a: 1\nb: [x]\n"))).toEqual({ a: 1, b: ["x"] });
  expect(await read("-", '{"b":"배포"}')).toEqual({ b: "배포" });
});

test("integers above 2^53 keep their digits", async () => {
  expect(JSON.stringify(await read("-", '{"id":90071992547409931,"n":[1.5,-2,1e3]}'))).toBe(
    '{"id":90071992547409931,"n":[1.5,-2,1000]}',
  );
});

test("what cannot be read is named with the reason", async () => {
  await expect(read(join(folder, "gone.json"))).rejects.toThrow(/gone\.json cannot be read: there is no such file/);
  await expect(read(file("bad.json", "{"))).rejects.toThrow(/bad\.json is not JSON/);
  await expect(read(file("bad.yml", "a: [1"))).rejects.toThrow(/bad\.yml is not YAML/);
  await expect(read("-", "[1]")).rejects.toThrow(/standard input must hold one object, not a list/);
});
