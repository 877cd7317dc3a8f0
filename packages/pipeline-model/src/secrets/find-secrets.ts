import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { referencesIn } from "./reference.ts";

export type SecretFinding = { pointer: string; message: string; suggestion: string };

/**
 * Spinnaker's ways to name a secret: `encrypted:` and `encryptedFile:` with an engine and parameters
 * (`encrypted:s3!r:region!b:bucket!f:file!k:key`), and user secrets (`secret://engine?k=…`).
 */
const spinnaker = /^(encrypted|encryptedFile):([a-z0-9-]+)(![a-z]+:|$)|^secret:\/\/([a-z0-9-]+)\?/i;

/** Texts of a document that name a secret in a way that is not ours, or try to in ours. */
export function findForeignSecrets(document: Json): SecretFinding[] {
  const found: SecretFinding[] = [];
  // Steps instead of pointers: almost no text names a secret, and documents are large.
  const steps: string[] = [];
  const look = (value: Json): void => {
    if (typeof value === "string") {
      const finding = findingOf(value);
      if (finding !== null) found.push({ pointer: steps.map(step).join(""), ...finding });
      return;
    }
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      steps.push(key);
      look((value as JsonObject)[key] as Json);
      steps.pop();
    }
  };
  look(document);
  return found;
}

const step = (key: string): string => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;

function findingOf(text: string): Omit<SecretFinding, "pointer"> | null {
  const match = spinnaker.exec(text);
  if (match !== null) {
    const engine = match[2] ?? match[4] ?? "";
    return {
      message: `This is a reference to a secret of Spinnaker (${engine}), which is not read here; it is sent as it stands`,
      suggestion: `Keep the value where Gennaker can read it, and write ${ours(engine)}`,
    };
  }
  if (!text.includes("secret://")) return null;
  const attempts = text.match(/secret:\/\//g)?.length ?? 0;
  if (attempts === referencesIn(text).length) return null;
  return {
    message: "This looks like a reference to a secret, but cannot be read",
    suggestion: "Write secret://SOURCE/PATH or secret://SOURCE/PATH#KEY, e.g. secret://db/ci-token",
  };
}

function ours(engine: string): string {
  if (engine === "vault") return "secret://vault/MOUNT/PATH#KEY";
  return engine === "k8s" ? "secret://kubernetes/ACCOUNT/NAMESPACE/NAME#KEY" : "secret://db/NAME";
}
