import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { isExpression } from "../coerce.ts";

/** What an account is used for. */
export type AccountUse = "deploy" | "artifact" | "metrics" | "storage";
export type AccountReference = { name: string; use: AccountUse; pointer: string };

/** Parts that are other programs' documents: what is called `account` in them is none of ours. */
const opaque = new Set([
  "manifest",
  "manifests",
  "overrides",
  "payload",
  "payloadConstraints",
  "customHeaders",
  "parameterConfig",
  "pipelineParameters",
  "parameters",
  "variables",
  "templateVariables",
  "labels",
  "env",
  "tags",
  "permissions",
  "patchBody",
  "statusUrl",
]);
const metrics = new Set(["metricsAccountName", "metricsAccount"]);
const storage = new Set(["storageAccountName", "storageAccount", "configurationAccountName", "configurationAccount"]);
const deploy = new Set(["account", "credentials", "accountName", "sourceAccount", "targetAccount", "dockerUriAccount"]);

/**
 * Where a document of Spinnaker names accounts: `account`, `credentials` and their kin of stages, clusters, traffic guards
 * and projects; `…ArtifactAccount`, `artifactAccount`; the metrics and storage accounts of canary stages and configs.
 * Wildcards and expressions are no names.
 */
export function accountsIn(document: Json): AccountReference[] {
  const found: AccountReference[] = [];
  const look = (value: Json, parent: string, pointer: string): void => {
    if (Array.isArray(value)) value.forEach((item, index) => look(item, parent, `${pointer}/${index}`));
    else if (isJsonObject(value)) {
      for (const key of Object.keys(value)) {
        const inner = value[key] as Json;
        if (opaque.has(key)) continue;
        const at = () => `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
        if (typeof inner === "object") {
          if (inner !== null) look(inner, key, at());
        } else if (isName(inner, key)) found.push({ name: inner, use: useOf(key, parent, value), pointer: at() });
      }
    }
  };
  look(document, "", "");
  return found;
}

/** The document with its accounts called as here; the same object when nothing is mapped. */
export function mapAccounts<T extends Json>(document: T, accounts: Readonly<Record<string, string>>): T {
  return Object.keys(accounts).length === 0 ? document : (mapped(document, accounts) as T);
}

/** Copies only what has a change below it. */
function mapped(value: Json, accounts: Readonly<Record<string, string>>): Json {
  if (Array.isArray(value)) {
    const after = value.map((item) => mapped(item, accounts));
    return after.every((item, index) => item === value[index]) ? value : after;
  }
  if (!isJsonObject(value)) return value;
  const changes = new Map<string, Json>();
  for (const key of Object.keys(value)) {
    const inner = value[key] as Json;
    if (opaque.has(key)) continue;
    if (typeof inner === "object") {
      const after = mapped(inner, accounts);
      if (after !== inner) changes.set(key, after);
    } else if (isName(inner, key) && Object.hasOwn(accounts, inner)) changes.set(key, accounts[inner] as string);
  }
  if (changes.size === 0) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, changes.get(key) ?? inner]));
}

function isName(value: Json, key: string): value is string {
  if (typeof value !== "string" || !isAccountField(key)) return false;
  return value.trim() !== "" && value !== "*" && !isExpression(value) && !value.includes("{{");
}

function isAccountField(key: string): boolean {
  if (deploy.has(key) || metrics.has(key) || storage.has(key) || key === "artifactAccount") return true;
  return key.endsWith("ArtifactAccount");
}

function useOf(key: string, parent: string, holder: JsonObject): AccountUse {
  if (metrics.has(key)) return "metrics";
  if (storage.has(key)) return "storage";
  if (key.toLowerCase().endsWith("artifactaccount") || /artifact/i.test(parent)) return "artifact";
  // A trigger of an image or a chart names the account of its registry.
  const type = holder["type"];
  return parent === "triggers" && typeof type === "string" ? "artifact" : "deploy";
}
