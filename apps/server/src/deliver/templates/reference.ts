import { createHash } from "node:crypto";
import type { Problem } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { TemplateFault } from "@gennaker/pipeline-model/templates/fault.ts";
import { renderSource } from "@gennaker/pipeline-model/templates/v1/prepare.ts";

/** The tags a template can have. */
export const templateTags = ["latest", "stable", "unstable", "experimental", "test", "canary"] as const;

export type Reference = { id: string; tag?: string; digest?: string };

/** Reads `spinnaker://ID`, `spinnaker://ID:TAG` and `spinnaker://ID@sha256:DIGEST`; null for anything else. */
export function readReference(text: string): Reference | null {
  const rest = /^spinnaker:\/\/(.+)$/.exec(text)?.[1];
  if (rest === undefined) return null;
  const digest = /^(.+)@sha256:([0-9a-f]+)$/.exec(rest);
  if (digest?.[1] !== undefined && digest[2] !== undefined) return { id: digest[1], digest: digest[2] };
  const tag = /^(.+):([^:/]+)$/.exec(rest);
  return tag?.[1] !== undefined && tag[2] !== undefined ? { id: tag[1], tag: tag[2] } : { id: rest };
}

/** Where an instance says its template is: null for a first-generation instance that does without one. */
export type TemplateSource = { reference: string | null; artifact: JsonObject | null };

/**
 * Where an instance of either generation says its template is; null for a pipeline that is no instance. A first-generation instance may
 * say it by the `trigger` of the run that is started.
 */
export function templateOf(
  document: JsonObject,
  trigger?: JsonObject,
): TemplateSource | { problems: Problem[] } | null {
  const { config } = document;
  const about = isJsonObject(config) && isJsonObject(config["pipeline"]) ? config["pipeline"] : {};
  const own = about["template"] ?? null;
  if (isJsonObject(own) && typeof own["source"] === "string")
    return rendered(own["source"], about["application"] ?? null, trigger);
  const template = document["template"] ?? (isJsonObject(config) ? config["template"] : undefined);
  if (document["schema"] !== "v2" && document["type"] !== "templatedPipeline") return null;
  if (isJsonObject(template) && typeof template["reference"] === "string")
    return { reference: template["reference"], artifact: template };
  const stands = isJsonObject(config) && String(config["schema"]) === "1" && isJsonObject(config["pipeline"]);
  const alone = stands && own === null && (template ?? null) === null;
  return { reference: alone ? null : "", artifact: null };
}

function rendered(source: string, application: Json, trigger?: JsonObject): TemplateSource | { problems: Problem[] } {
  if (trigger === undefined) return { reference: source, artifact: null };
  try {
    return { reference: renderSource(source, { application, trigger }), artifact: null };
  } catch (error) {
    if (error instanceof TemplateFault) return { problems: [...error.problems] };
    throw error;
  }
}

/** The reference as it is written; "" where there is none. */
export function referenceOf(document: JsonObject): string {
  const source = templateOf(document);
  return source === null || "problems" in source ? "" : (source.reference ?? "");
}

/** SHA-256 of a template's content, whatever the order of its fields; tag, digest and who saved it when do not count. */
export function digestOf(document: JsonObject): string {
  const uncounted = ["tag", "digest", "lastModified", "lastModifiedBy", "updateTs"];
  const content = Object.fromEntries(Object.entries(document).filter(([key]) => !uncounted.includes(key)));
  return createHash("sha256")
    .update(JSON.stringify(sorted(content)))
    .digest("hex");
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

export function keyOf(id: string, { tag, digest }: { tag?: string | undefined; digest?: string | undefined }): string {
  return digest !== undefined ? `${id}@sha256:${digest}` : tag !== undefined ? `${id}:${tag}` : id;
}
