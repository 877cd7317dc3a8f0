import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { CliError, usageError } from "../errors.ts";

type ServerContext = { server: string; user?: string };
export type Contexts = { current: string | null; contexts: Record<string, ServerContext> };

type Environment = Readonly<Partial<Record<string, string>>>;

/** `$XDG_CONFIG_HOME/gennaker/config.yaml`, by default below `~/.config`. */
export function contextsPath(env: Environment): string {
  const home = env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config");
  return join(home, "gennaker", "config.yaml");
}

/** Known servers; none where there is no file. The YAML reader is loaded only when there is one. */
export async function readContexts(path: string): Promise<Contexts> {
  if (!existsSync(path)) return { current: null, contexts: {} };
  const { parse } = await import("yaml");
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${(error as Error).message}`, {
      next: ["Correct the file, or move it away and use --server URL."],
    });
  }
  return checkContexts(content, path);
}

/** The file's content as contexts; says which entry is wrong. */
export function checkContexts(content: unknown, path: string): Contexts {
  if (content === null || content === undefined) return { current: null, contexts: {} };
  if (!isObject(content)) throw new CliError(`${path} must hold "current" and "contexts".`);
  const contexts: Record<string, ServerContext> = {};
  const listed = content["contexts"] ?? {};
  if (!isObject(listed)) throw new CliError(`${path}: "contexts" must be a map from names to servers.`);
  for (const [name, entry] of Object.entries(listed)) {
    if (!isObject(entry) || typeof entry["server"] !== "string")
      throw new CliError(`${path}: context "${name}" has no "server" address.`);
    const user = entry["user"];
    contexts[name] = { server: entry["server"], ...(typeof user === "string" ? { user } : {}) };
  }
  return { current: typeof content["current"] === "string" ? content["current"] : null, contexts };
}

/** Written whole and renamed into place, so that a crash leaves the old file. */
export async function writeContexts(path: string, contexts: Contexts): Promise<void> {
  const { stringify } = await import("yaml");
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, stringify(contexts), { mode: 0o600 });
  renameSync(temporary, path);
}

/** An address as a base for requests: http or https, no path, no trailing slash. */
export function serverAddress(text: string): string {
  const full = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    throw usageError(`"${text}" is no server address.`, ["Give one like http://127.0.0.1:8084."]);
  }
  return full.replace(/\/+$/, "");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
