import fc from "fast-check";
import { expect, test } from "vitest";
import { validatePipeline } from "../validate-pipeline.ts";
import { findForeignSecrets } from "./find-secrets.ts";
import { parseReference, referencesIn, replaceReferences } from "./reference.ts";

test.each([
  ["secret://env/TOKEN", "env", "TOKEN", null],
  ["secret://vault/kv/apps/ci#token", "vault", "kv/apps/ci", "token"],
  ["secret://kubernetes/prod/default/app#tls.crt", "kubernetes", "prod/default/app", "tls.crt"],
  ["secret://file/a%20b", "file", "a b", null],
  ["secret://db/x#a%2Fb", "db", "x", "a/b"],
])("%s is read", (text, source, path, key) => {
  expect(parseReference(text)).toEqual({ text, source, path, key });
});

test.each([
  "secret://",
  "secret://env",
  "secret://env/",
  "secret:/env/x",
  "SECRET://env/X",
  "secret://env/X y",
  "secret://env/%zz",
  "secret://env/%ff",
])("%s is no reference", (text) => {
  expect(parseReference(text)).toBeNull();
});

test("references stand inside other text", async () => {
  const text = 'Bearer secret://env/A, {"p":"secret://db/b#k"} secret://db/user:secret://db/pw@host';
  expect(referencesIn(text).map((reference) => reference.text)).toEqual([
    "secret://env/A",
    "secret://db/b#k",
    "secret://db/user",
    "secret://db/pw",
  ]);
  expect(await replaceReferences(text, async ({ path }) => `<${path}>`)).toBe(
    'Bearer <A>, {"p":"<b>"} <user>:<pw>@host',
  );
});

test("a value that looks like a reference is not read again, and text without references stays", async () => {
  expect(await replaceReferences("secret://a/b secret://a/c", async ({ path }) => `secret://a/${path}x`)).toBe(
    "secret://a/bx secret://a/cx",
  );
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      fc.pre(!text.includes("secret://"));
      expect(await replaceReferences(text, async () => "!")).toBe(text);
    }),
  );
});

test.each([
  "encrypted:s3!r:us-west-2!b:bucket!f:secrets.yml!k:github.token",
  "encryptedFile:s3!r:us-west-2!b:bucket!f:kubeconfig",
  "encrypted:gcs!b:bucket!f:file!k:key",
  "encrypted:vault!e:secret!p:path!k:key",
  "encrypted:k8s!n:ns!s:name!k:key",
  "encrypted:secrets-manager!r:us-west-2!s:name!k:key",
  "encrypted:noop!v:x",
  "secret://secrets-manager?r=us-west-2&s=name&k=key",
])("%s is told as Spinnaker's", (text) => {
  expect(findForeignSecrets({ stages: [{ "a/b": text }] })).toMatchObject([
    { pointer: "/stages/0/a~1b", message: expect.stringContaining("of Spinnaker") as string },
  ]);
});

test("what is almost a reference is told, what is one or none is not", () => {
  expect(findForeignSecrets(["secret://db/", "Bearer secret:// x"]).map(({ pointer }) => pointer)).toEqual([
    "/0",
    "/1",
  ]);
  expect(findForeignSecrets(["secret://db/x", "encrypted: yes", "encrypted", 1, null, "an encrypted:s3!x"])).toEqual(
    [],
  );
});

test("the check of a pipeline notes them at their place, also where it is nested", () => {
  const pipeline = { name: "p", application: "a", stages: [], description: "encrypted:s3!b:x!f:y!k:z" };
  const notes = (document: object) =>
    validatePipeline(document, new Map()).problems.filter(
      ({ level, message }) => level === "note" && /secret/.test(message),
    );
  expect(notes(pipeline)).toMatchObject([
    { pointer: "/description", suggestion: expect.stringContaining("secret://db") as string },
  ]);
  expect(notes({ pipeline })).toMatchObject([{ pointer: "/pipeline/description" }]);
  expect(notes({ ...pipeline, description: "secret://db/x" })).toEqual([]);
});
