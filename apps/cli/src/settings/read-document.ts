import type { JsonObject } from "@gennaker/contract/json.ts";
import { readFile } from "node:fs/promises";
import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";

/** A JSON or YAML file (`-`: JSON on standard input) as an object. Says the file, and where in it reading stopped. */
export async function readDocument(context: CliContext, file: string): Promise<JsonObject> {
  const name = file === "-" ? "standard input" : file;
  const text = file === "-" ? await readAll(context) : await readText(file);
  const value = /\.ya?ml$/i.test(file) ? await fromYaml(text, name) : fromJson(text, name);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new CliError(`${name} must hold one object, not ${Array.isArray(value) ? "a list" : typeof value}.`);
}

async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "ENOENT" ? "there is no such file" : error.message;
    throw new CliError(`${file} cannot be read: ${why}.`);
  });
}

async function readAll(context: CliContext): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of context.stdin) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts).toString("utf8");
}

/** JSON as Node has it, with the source text of each value; TypeScript's library does not describe that yet. */
type ExactJson = {
  parse(text: string, reviver: (key: string, value: unknown, info: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
};
const exactJson = JSON as unknown as ExactJson;

/** Integers above 2^53 go on to the server digit by digit. */
function fromJson(text: string, name: string): unknown {
  try {
    return exactJson.parse(text.replace(/^\ufeff/, ""), (_key, value, { source }) => {
      const large =
        typeof value === "number" && source !== undefined && /^-?\d+$/.test(source) && !Number.isSafeInteger(value);
      return large ? exactJson.rawJSON(source) : value;
    });
  } catch (error) {
    throw new CliError(`${name} is not JSON: ${(error as Error).message}.`);
  }
}

async function fromYaml(text: string, name: string): Promise<unknown> {
  const { parse } = await import("yaml");
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw new CliError(`${name} is not YAML: ${(error as Error).message}`);
  }
}
