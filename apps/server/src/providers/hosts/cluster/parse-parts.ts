import { isAbsolute } from "node:path";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Capacity } from "../../port/api.ts";
import { type FieldReader, kindOf, pointerTo } from "./field-reader.ts";
import type { ArtifactSource } from "./launch.ts";

const MOST_INSTANCES = 1000;

export function readTextList(value: Json | undefined, pointer: string, reader: FieldReader): string[] {
  if (value === undefined || value === null || reader.open(value)) return [];
  if (!Array.isArray(value)) {
    reader.problem(pointer, `must be a list of texts, not ${kindOf(value)}`);
    return [];
  }
  return value.flatMap((entry, index) => {
    if (typeof entry === "string" && entry !== "" && !entry.includes("\0")) return [entry];
    reader.problem(pointerTo(pointer, index), "must be text that is not empty");
    return [];
  });
}

/** Missing fields follow `desired`; without any there is one instance. */
export function readCapacity(reader: FieldReader): Capacity {
  const fields = reader.object("capacity")?.reader;
  if (fields === undefined) return { min: 1, max: 1, desired: 1 };
  const range = { min: 0, max: MOST_INSTANCES };
  const desired = fields.integer("desired", fields.integer("min", 1, range), range);
  const capacity = { min: fields.integer("min", desired, range), max: fields.integer("max", desired, range), desired };
  const problem = capacityProblem(capacity);
  if (problem !== null && fields.problems.length === 0) reader.problem("/capacity", problem);
  return capacity;
}

/** Why a capacity makes no sense, in words; null when it does. */
export function capacityProblem({ min, max, desired }: Capacity): string | null {
  const whole = [min, max, desired].every((value) => Number.isInteger(value) && value >= 0 && value <= MOST_INSTANCES);
  if (!whole) return `min, desired and max must be whole numbers from 0 to ${MOST_INSTANCES}`;
  return min <= desired && desired <= max ? null : `must hold min ≤ desired ≤ max, not ${min}, ${desired}, ${max}`;
}

export function readArtifact(cluster: JsonObject, reader: FieldReader): ArtifactSource | null {
  const fields = reader.object("artifact");
  if (fields === null) {
    const id = cluster["artifactId"];
    if (cluster["artifact"] !== undefined && cluster["artifact"] !== null) return null;
    if (id !== undefined && (typeof id !== "string" || id === ""))
      reader.problem("/artifactId", "must be text that is not empty");
    if (id === undefined)
      reader.problem("/artifact", "is missing: name an artifact {type, reference} or an artifactId");
    return null;
  }
  const type = fields.reader.text("type", "");
  const reference = fields.reader.text("reference", "");
  const version = fields.value["version"];
  if (type !== "host/directory" && type !== "host/tarball") {
    if (!reader.open(type)) reader.problem("/artifact/type", 'must be "host/directory" or "host/tarball"');
    return null;
  }
  if (!reader.open(reference)) {
    if (!isAbsolute(reference))
      reader.problem("/artifact/reference", "must be an absolute path on the account's machine");
    else if (type === "host/tarball" && !/\.(tar|tar\.gz|tgz)$/i.test(reference)) {
      reader.problem("/artifact/reference", "must end in .tar, .tar.gz or .tgz");
    }
  }
  return { type, reference, version: typeof version === "string" ? version : null };
}

export function readCommand(value: Json | undefined, reader: FieldReader): string[] {
  if (value === undefined || value === null) {
    reader.problem("/command", 'is missing: give the program and its arguments as a list, e.g. ["node", "server.mjs"]');
    return [];
  }
  if (reader.open(value)) return [];
  if (!Array.isArray(value) || value.length === 0) {
    reader.problem("/command", "must be a list: the program, then its arguments, each one text");
    return [];
  }
  return value.map((entry, index) => {
    const text = typeof entry === "number" ? String(entry) : entry;
    if (typeof text !== "string" || text.includes("\0") || (index === 0 && text === "")) {
      reader.problem(`/command/${index}`, index === 0 ? "must be the program to run" : "must be text");
      return "";
    }
    return text;
  });
}

export function readEnvironment(reader: FieldReader): Record<string, string> {
  const fields = reader.object("env");
  if (fields === null) return {};
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields.value)) {
    const pointer = pointerTo("/env", name);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) reader.problem(pointer, "is not a name that a variable can have");
    else if (name === "PORT" || name.startsWith("GENNAKER_"))
      reader.problem(pointer, "is set by Gennaker and cannot be given");
    else if (isJsonObject(value) || Array.isArray(value) || value === null)
      reader.problem(pointer, "must be text, a number or a boolean");
    else if (String(value).includes("\0")) reader.problem(pointer, "must not hold a NUL character");
    else env[name] = String(value);
  }
  return env;
}
