import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeRelease, verifyRelease } from "./release.ts";
import { billOfMaterials } from "./sbom.ts";
import { isSigned, newKeys, signText } from "./signature.ts";

const directory = mkdtempSync(join(tmpdir(), "gennaker-release-"));
const checkout = join(directory, "checkout");
const made = join(directory, "made");
const keys = newKeys();
afterAll(() => rmSync(directory, { recursive: true }));

beforeAll(() => {
  execFileSync("git", ["init", "-q", checkout]);
  const packages = { "node_modules/x": { version: "1.0.0", license: "MIT", integrity: `sha512-${"A".repeat(86)}==` } };
  writeFileSync(join(checkout, "package.json"), JSON.stringify({ version: "1.2.3" }));
  writeFileSync(join(checkout, "package-lock.json"), JSON.stringify({ packages }));
  const git = (...args: string[]) =>
    execFileSync(
      "git",
      ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", ...args],
      { cwd: checkout },
    );
  git("add", ".");
  git("commit", "-q", "-m", "first");
  makeRelease(checkout, "HEAD", keys.privateKey, made);
});

function changed(change: (copy: string) => void): string[] {
  const copy = mkdtempSync(join(directory, "copy-"));
  cpSync(made, copy, { recursive: true });
  change(copy);
  return verifyRelease(copy, keys.publicKey);
}

describe("a release", () => {
  test("is verified with the public key alone, and is the same however often it is made", () => {
    expect(verifyRelease(made, keys.publicKey)).toEqual([]);
    const again = join(directory, "again");
    expect(makeRelease(checkout, "HEAD", keys.privateKey, again)).toHaveLength(4);
    expect(readFileSync(join(again, "SHA256SUMS"), "utf8")).toBe(readFileSync(join(made, "SHA256SUMS"), "utf8"));
  });

  test.each<[string, (copy: string) => void, string]>([
    [
      "a changed archive",
      (copy) => writeFileSync(join(copy, "gennaker-1.2.3.tar"), "x"),
      "gennaker-1.2.3.tar is not what was signed",
    ],
    ["a missing file", (copy) => rmSync(join(copy, "gennaker-1.2.3.cdx.json")), "is missing"],
    ["an added file", (copy) => writeFileSync(join(copy, "install.sh"), "x"), "install.sh is not part"],
    ["changed sums", (copy) => writeFileSync(join(copy, "SHA256SUMS"), "x"), "was not signed"],
    [
      "sums signed by somebody else",
      (copy) => {
        const text = readFileSync(join(copy, "SHA256SUMS"), "utf8");
        writeFileSync(join(copy, "SHA256SUMS.sig"), signText(text, newKeys().privateKey));
      },
      "was not signed",
    ],
  ])("with %s is refused", (_what, change, words) => {
    expect(changed(change)).toEqual([expect.stringContaining(words)]);
  });
});

test("only Ed25519 keys are taken", () => {
  const rsa = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  expect(() => signText("x", rsa.privateKey)).toThrow("must be Ed25519");
  expect(() => isSigned("x", new Uint8Array(64), rsa.publicKey)).toThrow("must be Ed25519");
});

test("the bill of materials has what is shipped, once, with hashes and licences", () => {
  const bill = billOfMaterials("1", {
    "": {},
    "node_modules/@a/b": {
      version: "2.0.0",
      license: "(MIT OR ISC)",
      integrity: `sha512-${Buffer.from("h").toString("base64")}`,
    },
    "node_modules/c/node_modules/@a/b": { version: "2.0.0", license: "MIT" },
    "node_modules/tool": { version: "1.0.0", dev: true },
    "node_modules/@gennaker/x": { link: true },
  }) as { components: object[] };
  expect(bill.components).toHaveLength(1);
  expect(bill.components[0]).toMatchObject({ purl: "pkg:npm/%40a/b@2.0.0" });
});
