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
  walk(document, "", "", (name, use, pointer) => {
    found.push({ name, use, pointer });
    return name;
  });
  return found;
}

/** The document with its accounts called as here; the same object when nothing is mapped. */
export function mapAccounts<T extends Json>(document: T, accounts: Readonly<Record<string, string>>): T {
  if (Object.keys(accounts).length === 0) return document;
  return walk(document, "", "", (name) => (Object.hasOwn(accounts, name) ? (accounts[name] as string) : name)) as T;
}

type Visit = (name: string, use: AccountUse, pointer: string) => string;

function walk(value: Json, parent: string, pointer: string, visit: Visit): Json {
  if (Array.isArray(value)) return kept(value, value.map((item, index) => walk(item, parent, `${pointer}/${index}`, visit)));
  if (!isJsonObject(value)) return value;
  const changed: JsonObject = {};
  let same = true;
  for (const [key, inner] of Object.entries(value)) {
    const at = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const next = opaque.has(key) ? inner : isName(inner, key) ? visit(inner, useOf(key, parent, value), at) : walk(inner, key, at, visit);
    if (next !== inner) same = false;
    Object.defineProperty(changed, key, { value: next, enumerable: true, writable: true, configurable: true });
  }
  return same ? value : changed;
}

/** The list itself when none of its items changed. */
function kept(before: Json[], after: Json[]): Json[] {
  return after.every((item, index) => item === before[index]) ? before : after;
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
