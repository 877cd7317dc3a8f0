import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { secretNotes, unknownAccounts } from "./pipeline-notes.ts";
import type { ImportNote, Inventory } from "./types.ts";

export function applicationNotes(attributes: JsonObject, inventory: Inventory): ImportNote[] {
  const notes: ImportNote[] = unknownAccounts(attributes, inventory);
  const guards = attributes["trafficGuards"];
  if (!Array.isArray(guards) || guards.length === 0) {
    notes.push({
      level: "note",
      code: "trafficGuards.offered",
      pointer: "/trafficGuards",
      message:
        "the application has no traffic guards, and none are added; applications made here have one for every cluster",
      suggestion: "Add one that keeps the last enabled server group of each cluster from being taken away.",
    });
  }
  if (isJsonObject(attributes["permissions"])) notes.push(...permissionNotes(attributes));
  return notes;
}

export function permissionNotes(document: JsonObject): ImportNote[] {
  const { permissions } = document;
  const roles = isJsonObject(permissions)
    ? [...new Set(Object.values(permissions).flatMap((list) => (Array.isArray(list) ? list.map(String) : [])))]
    : [];
  if (roles.length === 0) return [];
  return [
    {
      level: "attention",
      code: "roles.check",
      pointer: "/permissions",
      message: `are kept: ${roles.slice(0, 10).join(", ")}${roles.length > 10 ? " …" : ""} are roles of Spinnaker`,
      suggestion: "See that people have the same roles here, where login is configured.",
    },
  ];
}

export function canaryConfigNotes(document: JsonObject, inventory: Inventory): ImportNote[] {
  const notes: ImportNote[] = unknownAccounts(document, inventory);
  const judge = isJsonObject(document["judge"]) ? document["judge"]["name"] : null;
  if (typeof judge === "string" && judge !== "" && !inventory.judges.includes(judge)) {
    notes.push({
      level: "attention",
      code: "canary.judge",
      pointer: "/judge/name",
      message: `the judge "${judge}" is not here; a judgement with it fails`,
      suggestion: `Use ${inventory.judges.join(" or ")}.`,
    });
  }
  const thresholds = isJsonObject(document["classifier"]) ? document["classifier"]["scoreThresholds"] : null;
  if (isJsonObject(thresholds)) {
    for (const field of ["pass", "marginal"]) {
      if (thresholds[field] !== null) continue;
      notes.push({
        level: "attention",
        code: "canary.nullThreshold",
        pointer: `/classifier/scoreThresholds/${field}`,
        message: "is null, which is read as 0, as in Kayenta: every score reaches it",
        suggestion: "Give a number, e.g. 95 for pass and 75 for marginal.",
      });
    }
  }
  return notes;
}

export function projectNotes(document: JsonObject, inventory: Inventory): ImportNote[] {
  return unknownAccounts(document, inventory);
}

export function notificationNotes(document: JsonObject): ImportNote[] {
  return secretNotes(document);
}
