import type { CredentialMaterial, Credentials } from "./connection.ts";

/** Credentials that never change: nothing, a token, or a certificate. */
export function staticCredentials(description: string, material: CredentialMaterial): Credentials {
  return { description, current: async () => material, invalidate: () => false };
}

export function bearer(token: string): CredentialMaterial {
  return { headers: { authorization: `Bearer ${token}` } };
}
