import type { Json } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";

const secretName = /(pass(word|wd|phrase)?|secret|token|api[-_]?key|private[-_]?key|credential|authorization|cookie)$/i;
/** What stands in the place of a secret. */
export const hidden = "******";

/** A copy in which the values of fields named like secrets are hidden, at any depth. */
export function redactSecrets(value: Json): Json {
  if (Array.isArray(value)) return value.map(redactSecrets);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      secretName.test(key) && (typeof inner === "string" || typeof inner === "number") ? hidden : redactSecrets(inner),
    ]),
  );
}
