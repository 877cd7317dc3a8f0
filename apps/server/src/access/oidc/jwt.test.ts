import { constants, createHmac, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isSignedBy, readJwt } from "./jwt.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed = generateKeyPairSync("ed25519");
const jwk = (key: KeyObject, more: object = {}) => ({ ...key.export({ format: "jwk" }), ...more });
const keys = [
  jwk(rsa.publicKey, { kid: "rsa", use: "sig" }),
  jwk(ec.publicKey, { kid: "ec" }),
  jwk(ed.publicKey, { kid: "ed" }),
];

type Signer = (input: Buffer) => Buffer;
function make(header: object, signer: Signer, claims: object = { sub: "1" }): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${signer(Buffer.from(text)).toString("base64url")}`;
}
const rs: Signer = (input) => sign("sha256", input, rsa.privateKey);
const ps: Signer = (input) =>
  sign("sha256", input, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
const es: Signer = (input) => sign("sha256", input, { key: ec.privateKey, dsaEncoding: "ieee-p1363" });
const good = (token: string, with_ = keys) => {
  const jwt = readJwt(token);
  return jwt !== null && isSignedBy(jwt, with_);
};

test("signatures of the provider's keys are taken, each by its own algorithm", () => {
  expect(good(make({ alg: "RS256", kid: "rsa" }, rs))).toBe(true);
  expect(good(make({ alg: "PS256", kid: "rsa" }, ps))).toBe(true);
  expect(good(make({ alg: "ES256", kid: "ec" }, es))).toBe(true);
  expect(good(make({ alg: "EdDSA", kid: "ed" }, (input) => sign(null, input, ed.privateKey)))).toBe(true);
  expect(good(make({ alg: "RS256" }, rs))).toBe(true);
});

describe("refused are", () => {
  const pem = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
  test.each<[string, string]>([
    ["no algorithm", make({ alg: "none", kid: "rsa" }, () => Buffer.alloc(0))],
    ["no algorithm, written otherwise", make({ alg: "nOnE" }, () => Buffer.alloc(0))],
    [
      "the public key as the secret of a symmetric one",
      make({ alg: "HS256", kid: "rsa" }, (input) => createHmac("sha256", pem).update(input).digest()),
    ],
    ["another key's signature", make({ alg: "RS256", kid: "rsa" }, (input) => sign("sha256", input, weak.privateKey))],
    ["a key of another kind", make({ alg: "RS256", kid: "ec" }, rs)],
    ["another algorithm than was signed by", make({ alg: "RS256", kid: "rsa" }, ps)],
    ["a name of an algorithm that an object happens to have", make({ alg: "constructor" }, rs)],
    ["extensions nobody here understands", make({ alg: "RS256", kid: "rsa", crit: ["b64"], b64: false }, rs)],
    ["an unknown key", make({ alg: "RS256", kid: "other" }, rs)],
    [
      "a key that the token brings",
      make({ alg: "RS256", kid: "mine", jwk: jwk(weak.publicKey) }, (input) => sign("sha256", input, weak.privateKey)),
    ],
  ])("%s", (_name, token) => {
    expect(good(token)).toBe(false);
  });
  test("short keys, keys for encryption, and a body that was changed", () => {
    const short = make({ alg: "RS256" }, (input) => sign("sha256", input, weak.privateKey));
    expect(good(short, [jwk(weak.publicKey) as (typeof keys)[number]])).toBe(false);
    expect(good(make({ alg: "RS256" }, rs), [jwk(rsa.publicKey, { use: "enc" }) as (typeof keys)[number]])).toBe(false);
    const [head, , signature] = make({ alg: "RS256", kid: "rsa" }, rs).split(".");
    expect(good(`${head}.${Buffer.from('{"sub":"2"}').toString("base64url")}.${signature}`)).toBe(false);
  });
});

test("what is no JWT is none", () => {
  for (const text of [
    "",
    "a.b",
    "a.b.c",
    "e30.e30",
    "e30.e30.x.y",
    "e30.W10.x",
    "e30.e30.a b",
    `e30.${"x".repeat(10)}.x`,
  ])
    expect([text, readJwt(text)]).toEqual([text, null]);
  expect(readJwt("e30.e30.")?.signature.length).toBe(0);
});
