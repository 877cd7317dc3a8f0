import type { JsonWebKey, KeyObject } from "node:crypto";
import { constants, createPublicKey, verify } from "node:crypto";

export type Claims = Readonly<Record<string, unknown>>;
export type Jwt = { header: Claims; claims: Claims; signed: string; signature: Buffer };

/** A JWT taken apart, nothing of it checked; null where it is none. */
export function readJwt(token: string): Jwt | null {
  const parts = token.split(".");
  const [header, claims] = parts.slice(0, 2).map(objectIn);
  if (parts.length !== 3 || !header || !claims || !parts.every((part) => /^[\w-]*$/.test(part))) return null;
  return { header, claims, signed: `${parts[0]}.${parts[1]}`, signature: Buffer.from(parts[2] ?? "", "base64url") };
}

function objectIn(part: string): Claims | null {
  try {
    const value = JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Claims) : null;
  } catch {
    return null;
  }
}

type Way = { type: string; hash: string | null; pss?: true; curve?: string };

/** Algorithms with two keys only: with one that both sides know, whoever can check a token could make one. */
const ways: Readonly<Record<string, Way>> = {
  RS256: { type: "rsa", hash: "sha256" },
  RS384: { type: "rsa", hash: "sha384" },
  RS512: { type: "rsa", hash: "sha512" },
  PS256: { type: "rsa", hash: "sha256", pss: true },
  PS384: { type: "rsa", hash: "sha384", pss: true },
  PS512: { type: "rsa", hash: "sha512", pss: true },
  ES256: { type: "ec", hash: "sha256", curve: "prime256v1" },
  ES384: { type: "ec", hash: "sha384", curve: "secp384r1" },
  ES512: { type: "ec", hash: "sha512", curve: "secp521r1" },
  EdDSA: { type: "ed25519", hash: null },
};

/**
 * Whether one of the provider's keys has signed it, by the algorithm that the key is for. What the token itself says about
 * keys (`jwk`, `jku`, `x5u`) is not looked at; extensions that must be understood (`crit`) are refused.
 */
export function isSignedBy(jwt: Jwt, keys: readonly JsonWebKey[]): boolean {
  const { alg, kid, crit } = jwt.header;
  const way = typeof alg === "string" && Object.hasOwn(ways, alg) ? ways[alg] : undefined;
  if (way === undefined || crit !== undefined || jwt.signature.length === 0) return false;
  return keys
    .filter(
      (key) =>
        (kid === undefined || key["kid"] === kid) && (key["alg"] ?? alg) === alg && (key["use"] ?? "sig") === "sig",
    )
    .some((key) => verifies(jwt, key, way));
}

function verifies({ signed, signature }: Jwt, jwk: JsonWebKey, { type, hash, pss, curve }: Way): boolean {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    return false;
  }
  if (key.asymmetricKeyType !== type || (curve !== undefined && key.asymmetricKeyDetails?.namedCurve !== curve))
    return false;
  if (type === "rsa" && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2_048) return false;
  const padding =
    pss === true ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {};
  return verify(hash, Buffer.from(signed), { key, dsaEncoding: "ieee-p1363", ...padding }, signature);
}
