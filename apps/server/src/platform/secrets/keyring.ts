import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { SecretError } from "./api.ts";

type Key = { id: string; bytes: Buffer };
/** The operator's keys; the first one encrypts, all of them decrypt. */
export type Keyring = readonly Key[];
export type Sealed = { keyId: string; nonce: Buffer; sealed: Buffer };

/**
 * Reads a key file: one key a line, 32 bytes in base64, the newest first; `#` begins a comment. Gives no keys when there
 * is no file. Throws SecretError `lostKey` for a file that cannot be read.
 */
export async function readKeyring(path: string): Promise<Keyring> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new SecretError(
      "lostKey",
      `The key file ${path} cannot be read (${String((error as NodeJS.ErrnoException).code)}).`,
    );
  }
  const lines = text.split(/\r?\n/).map((line) => line.replace(/#.*$/, "").trim());
  return lines.flatMap((line, index) => {
    if (line === "") return [];
    const bytes = Buffer.from(line, "base64");
    if (bytes.length === 32) return [{ id: idOf(bytes), bytes }];
    throw new SecretError("lostKey", `Line ${index + 1} of the key file ${path} is no key of 32 bytes in base64.`);
  });
}

/** A new line for a key file. */
export function newKeyLine(): string {
  return randomBytes(32).toString("base64");
}

/** Makes a key file with one key, readable by its owner only. False when there is a file already. */
export async function createKeyFile(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile(`# Encrypts Gennaker's secrets. Keep a copy: without it they are lost.\n${newKeyLine()}\n`);
    await file.sync();
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** AES-256-GCM with a fresh nonce of 96 bits; the name is authenticated, so a row cannot be passed off as another. */
export function seal(key: Key, name: string, value: string): Sealed {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce);
  cipher.setAAD(Buffer.from(`gennaker secret ${name}`));
  const sealed = Buffer.concat([cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return { keyId: key.id, nonce, sealed };
}

/** Throws SecretError `lostKey` when the key is gone or the row was changed. */
export function unseal(keyring: Keyring, name: string, { keyId, nonce, sealed }: Sealed): string {
  const key = keyring.find(({ id }) => id === keyId);
  if (key === undefined)
    throw new SecretError(
      "lostKey",
      `Secret ${name} was encrypted with the key ${keyId}, which the key file does not hold. Put that key back into the ` +
        `file (secrets.keyFile; all replicas need the same), or set the secret again: gennaker secret set ${name}`,
    );
  try {
    const decipher = createDecipheriv("aes-256-gcm", key.bytes, nonce);
    decipher.setAAD(Buffer.from(`gennaker secret ${name}`));
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString("utf8");
  } catch (error) {
    throw new SecretError(
      "lostKey",
      `Secret ${name} was changed in the database and cannot be decrypted. Set it again.`,
      error,
    );
  }
}

/** Names a key without telling anything about it. */
function idOf(bytes: Buffer): string {
  return createHash("sha256").update("gennaker key id").update(bytes).digest("hex").slice(0, 12);
}
