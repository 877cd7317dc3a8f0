import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";

const longestName = 250;

/** What of a project's document cannot be used, with places. Fields that nothing here reads are not looked at. */
export function checkProject(document: JsonObject): Problem[] {
  const problems: Problem[] = [];
  const refuse = (pointer: string, reason: string) => void problems.push({ pointer, reason });
  const { name, id, email, config } = document;
  if (typeof name !== "string" || name.trim() === "") refuse("/name", "is missing; a project needs a name");
  else if (!storable(name)) refuse("/name", "holds U+0000 or half of a character, which cannot be stored");
  else if (name.length > longestName) refuse("/name", `is longer than ${longestName} characters`);
  if (!absent(id) && (typeof id !== "string" || !/^[\w.:-]{0,200}$/.test(id)))
    refuse("/id", "may hold letters, digits and . _ : - only, at most 200");
  if (!absent(email) && typeof email !== "string") refuse("/email", "must be a text");
  if (absent(config)) return problems;
  if (!isJsonObject(config)) {
    refuse("/config", "must be an object with applications, clusters and pipelineConfigs");
    return problems;
  }
  const list = (field: string, what: string, fits: (entry: JsonObject[string]) => boolean) => {
    const value = config[field];
    if (absent(value)) return;
    if (!Array.isArray(value)) return refuse(`/config/${field}`, "must be a list");
    value.forEach((entry, index) => {
      if (!fits(entry)) refuse(`/config/${field}/${index}`, what);
    });
  };
  list("applications", "must be an application's name", (entry) => typeof entry === "string");
  list("clusters", "must be an object with account, stack and detail", isJsonObject);
  list(
    "pipelineConfigs",
    "must be an object with application and pipelineConfigId",
    (entry) => isJsonObject(entry) && typeof entry["pipelineConfigId"] === "string",
  );
  return problems;
}

function absent(value: JsonObject[string] | undefined): value is null | undefined {
  return value === undefined || value === null;
}

function storable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
