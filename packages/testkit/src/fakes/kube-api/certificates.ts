import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

export type IssuedCertificate = { cert: string; key: string };
export type TestAuthority = {
  ca: string;
  issue(subject: { commonName: string; organizations?: string[]; ips?: string[]; names?: string[] }): IssuedCertificate;
};

/** A certificate authority in memory (ECDSA P-256, one day), so that tests speak real TLS without files of keys. */
export function createTestAuthority(): TestAuthority {
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = name("test authority", []);
  const ca = certificate({
    issuer,
    subject: issuer,
    publicKey: authority.publicKey,
    signer: authority.privateKey,
    extensions: [
      extension("2.5.29.19", true, sequence(boolean(true))),
      extension("2.5.29.15", true, tlv(0x03, Buffer.from([1, 0x06]))),
    ],
  });
  return {
    ca,
    issue({ commonName, organizations = [], ips = [], names = [] }) {
      const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const alternatives = [
        ...names.map((entry) => tlv(0x82, Buffer.from(entry))),
        ...ips.map((entry) => tlv(0x87, Buffer.from(entry.split(".").map(Number)))),
      ];
      const cert = certificate({
        issuer,
        subject: name(commonName, organizations),
        publicKey: pair.publicKey,
        signer: authority.privateKey,
        extensions: alternatives.length === 0 ? [] : [extension("2.5.29.17", false, sequence(...alternatives))],
      });
      return { cert, key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
    },
  };
}

function certificate(input: {
  issuer: Buffer;
  subject: Buffer;
  publicKey: KeyObject;
  signer: KeyObject;
  extensions: Buffer[];
}): string {
  const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
  const serial = randomBytes(8);
  serial[0] = 0x11;
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    input.issuer,
    sequence(time(Date.now() - 3_600_000), time(Date.now() + 86_400_000)),
    input.subject,
    input.publicKey.export({ type: "spki", format: "der" }),
    ...(input.extensions.length === 0 ? [] : [tlv(0xa3, sequence(...input.extensions))]),
  );
  const signature = sign("sha256", body, input.signer);
  const der = sequence(body, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

/** A short text that names a certificate: for tests of rotation. */
export function fingerprint(pem: string): string {
  return createHash("sha256").update(pem).digest("hex").slice(0, 16);
}

function name(commonName: string, organizations: string[]): Buffer {
  const part = (id: string, value: string) => tlv(0x31, sequence(oid(id), tlv(0x0c, Buffer.from(value))));
  return sequence(...organizations.map((entry) => part("2.5.4.10", entry)), part("2.5.4.3", commonName));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), tlv(0x04, value));
}

function tlv(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, Math.floor(size / 256), size % 256];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function integer(bytes: Buffer): Buffer {
  return tlv(0x02, bytes);
}

function boolean(value: boolean): Buffer {
  return tlv(0x01, Buffer.from([value ? 0xff : 0]));
}

function time(ms: number): Buffer {
  return tlv(0x18, Buffer.from(new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, "")));
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left % 128) + 128);
    bytes.push(...digits);
  }
  return tlv(0x06, Buffer.from(bytes));
}
