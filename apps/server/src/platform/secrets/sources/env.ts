import type { SecretSource } from "../api.ts";

/** `secret://env/NAME`. */
export function envSource(env: Readonly<Record<string, string | undefined>>): SecretSource {
  return { read: async (path) => env[path] ?? null };
}
