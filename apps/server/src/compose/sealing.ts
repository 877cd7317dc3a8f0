import { join } from "node:path";
import type { Sealing } from "../access/oidc/group-source.ts";
import type { Config } from "../platform/config/config.ts";
import type { Database } from "../platform/database/api.ts";
import type { Keyring } from "../platform/secrets/keyring.ts";
import { createKeyFile, readKeyring, seal, unseal } from "../platform/secrets/keyring.ts";

const purpose = "refresh token of a login provider";

/**
 * Encrypts what is kept of login providers with the operator's key of the secrets. Without a usable key nothing is kept:
 * people are then asked about at their next login only, and everything else goes on.
 */
export function createSealing({ secrets, data }: Pick<Config, "secrets" | "data">, database: Database): Sealing {
  const keyFile = secrets.keyFile ?? join(data, "secrets.key");

  async function keys(): Promise<Keyring> {
    const found = await readKeyring(keyFile).catch((): Keyring => []);
    if (found.length > 0) return found;
    // A key that was lost is not replaced silently: what it encrypted must be told first.
    const [any] = await database.query("select 1 from secret_value limit 1");
    if (any === undefined) await createKeyFile(keyFile).catch(() => false);
    return readKeyring(keyFile).catch((): Keyring => []);
  }

  return {
    async seal(text) {
      const [key] = await keys();
      if (key === undefined) return null;
      const { keyId, nonce, sealed } = seal(key, purpose, text);
      return [keyId, nonce.toString("base64url"), sealed.toString("base64url")].join(".");
    },
    async open(text) {
      const [keyId = "", nonce = "", sealed = ""] = text.split(".");
      const row = { keyId, nonce: Buffer.from(nonce, "base64url"), sealed: Buffer.from(sealed, "base64url") };
      const known = await readKeyring(keyFile).catch((): Keyring => []);
      try {
        return unseal(known, purpose, row);
      } catch {
        return null;
      }
    },
  };
}
