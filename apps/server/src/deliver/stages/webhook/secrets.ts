import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";

const secretName = /(auth|cookie|token|secret|passw|passphrase|api-?key|credential|signature)/i;
const hidden = "******";

/** Hides the values of a request's secret headers, and of the password in its address, wherever they come back. */
export function redactor(headers: Record<string, string>, address: string): <T extends Json>(value: T) => T {
  const secrets = Object.entries(headers)
    .filter(([name]) => secretName.test(name))
    .flatMap(([, value]) => [value, value.replace(/^\S+\s+/, "")]);
  if (URL.canParse(address)) secrets.push(decoded(new URL(address).password));
  const words = [...new Set(secrets)].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  const clean = (value: Json): Json => {
    if (typeof value === "string") return words.reduce((text, word) => text.replaceAll(word, hidden), value);
    if (Array.isArray(value)) return value.map(clean);
    return isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]))
      : value;
  };
  return <T extends Json>(value: T): T => clean(value) as T;
}

/** An answer's headers with the values of secret ones hidden. */
export function safeHeaders(headers: Record<string, string>): JsonObject {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, secretName.test(name) ? hidden : value]),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
