import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { parseDocument } from "yaml";
import { isRecord } from "../objects.ts";
import { configurationError } from "./configuration-error.ts";
import { systemCodeOf } from "./files.ts";

/** A named entry with the folder of the file it stands in: its relative paths begin there. */
export type Entry = { value: Record<string, unknown>; folder: string };
export type MergedConfig = {
  clusters: Map<string, Entry>;
  users: Map<string, Entry>;
  contexts: Map<string, Entry>;
  currentContext: string | null;
  /** The files that were there. */
  files: string[];
};

const sections = [
  ["clusters", "cluster"],
  ["users", "user"],
  ["contexts", "context"],
] as const;

/**
 * Reads and merges kubeconfig files by kubectl's rules: the first file that names an entry wins whole, and the first
 * current context is the one. A missing file is skipped when `skipMissing` is set (a list in `KUBECONFIG`).
 */
export async function readKubeconfigs(paths: readonly string[], skipMissing: boolean): Promise<MergedConfig> {
  const merged: MergedConfig = {
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
    currentContext: null,
    files: [],
  };
  for (const path of paths) {
    const text = await readFile(path, "utf8").catch((cause: unknown) => {
      if (skipMissing && systemCodeOf(cause) === "ENOENT") return null;
      throw configurationError(`the kubeconfig ${path} cannot be read (${systemCodeOf(cause)}).`, cause);
    });
    if (text === null) continue;
    merged.files.push(path);
    addFile(merged, path, parseFile(path, text));
  }
  return merged;
}

function parseFile(path: string, text: string): Record<string, unknown> {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) {
    const line = problem.linePos?.[0].line;
    // The parser's sentence quotes the text, which may hold a secret.
    throw configurationError(
      `the kubeconfig ${path} is no valid YAML${line === undefined ? "" : ` in line ${line}`} (${problem.code}).`,
    );
  }
  const config: unknown = document.toJS({ maxAliasCount: 100 });
  if (config === null || config === undefined) return {};
  if (!isRecord(config)) throw configurationError(`the kubeconfig ${path} is no mapping.`);
  if (config["kind"] !== undefined && config["kind"] !== "Config") {
    throw configurationError(`${path} is of kind ${String(config["kind"])}, not a kubeconfig (kind Config).`);
  }
  return config;
}

function addFile(merged: MergedConfig, path: string, config: Record<string, unknown>): void {
  const folder = dirname(path);
  for (const [section, field] of sections) {
    const list = config[section] ?? [];
    if (!Array.isArray(list)) throw configurationError(`the kubeconfig ${path}: ${section} is no list.`);
    for (const entry of list) {
      if (!isRecord(entry) || typeof entry["name"] !== "string") {
        throw configurationError(`the kubeconfig ${path}: an entry of ${section} has no name.`);
      }
      const value = isRecord(entry[field]) ? entry[field] : {};
      if (!merged[section].has(entry["name"])) merged[section].set(entry["name"], { value, folder });
    }
  }
  const current = config["current-context"];
  if (merged.currentContext === null && typeof current === "string" && current !== "") merged.currentContext = current;
}

/** A text field; undefined where it is missing or empty. */
export function field(entry: Entry, name: string): string | undefined {
  const value = entry.value[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A field that holds a path, made absolute. */
export function pathField(entry: Entry, name: string): string | undefined {
  const value = field(entry, name);
  return value === undefined || isAbsolute(value) ? value : join(entry.folder, value);
}
