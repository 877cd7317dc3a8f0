import type { JsonWebKey } from "node:crypto";
import type { Configuration } from "openid-client";
import type { Jwt } from "./jwt.ts";
import { isSignedBy } from "./jwt.ts";

type Fetch = (url: string) => Promise<Response>;

const keptMs = 300_000;
/** A token of a key that is not known makes the keys be read anew, at most this often. */
const againMs = 10_000;

export type ProviderKeys = {
  /** Whether one of the provider's keys has signed it, also when they have just changed. Rejects when it cannot be asked. */
  signed(jwt: Jwt, config: Configuration): Promise<boolean>;
};

export function createProviderKeys(fetch: Fetch, now = Date.now): ProviderKeys {
  let held: { keys: JsonWebKey[]; at: number } | null = null;

  async function read(config: Configuration): Promise<JsonWebKey[]> {
    const { jwks_uri: address } = config.serverMetadata();
    if (address === undefined) return [];
    const { keys } = (await (await fetch(address)).json()) as { keys?: unknown };
    held = { keys: Array.isArray(keys) ? (keys as JsonWebKey[]) : [], at: now() };
    return held.keys;
  }

  return {
    async signed(jwt, config) {
      const known = held !== null && now() - held.at < keptMs ? held.keys : await read(config);
      if (isSignedBy(jwt, known)) return true;
      if (held !== null && now() - held.at < againMs) return false;
      return isSignedBy(jwt, await read(config));
    },
  };
}
