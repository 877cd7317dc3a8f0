import { createHash, randomBytes } from "node:crypto";

/** 256 random bits, as they are given to their owner. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored of a random secret: with 256 bits a plain hash cannot be searched. */
export function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

const letters = "BCDFGHJKLMNPQRSTVWXZ23456789";

/** A code for people to type: eight letters without vowels and look-alikes, in two halves. */
export function userCode(): string {
  const bytes = randomBytes(64).filter((byte) => byte < 252);
  const code = [...bytes.subarray(0, 8)].map((byte) => letters[byte % letters.length]).join("");
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
