import { randomUUID } from "node:crypto";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";

/** The document with an id for each cron trigger that has none: what fires it must be able to tell them apart. */
export function withTriggerIds(document: JsonObject, newId: () => string = randomUUID): JsonObject {
  const { triggers } = document;
  if (!Array.isArray(triggers) || !triggers.some(lacksId)) return document;
  return {
    ...document,
    triggers: triggers.map((trigger) => (lacksId(trigger) ? { ...trigger, id: newId() } : trigger)),
  };
}

function lacksId(trigger: JsonObject[string]): trigger is JsonObject {
  return isJsonObject(trigger) && trigger["type"] === "cron" && (trigger["id"] ?? "") === "";
}
