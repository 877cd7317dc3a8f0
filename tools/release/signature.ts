import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";

/** A new pair of Ed25519 keys in PEM (PKCS #8 and SPKI, as OpenSSL reads them). */
export function newKeys(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
}

/** The signature of a text, 64 bytes. */
export function signText(text: string, privateKey: string): Buffer {
  return sign(null, Buffer.from(text), ed25519(createPrivateKey(privateKey)));
}

export function isSigned(text: string, signature: Uint8Array, publicKey: string): boolean {
  return verify(null, Buffer.from(text), ed25519(createPublicKey(publicKey)), signature);
}

function ed25519<K extends { asymmetricKeyType?: string | undefined }>(key: K): K {
  if (key.asymmetricKeyType !== "ed25519")
    throw new Error(`The key is of the type ${key.asymmetricKeyType}; it must be Ed25519.`);
  return key;
}
