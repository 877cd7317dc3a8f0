import { readFile } from "node:fs/promises";
import { configurationError } from "./configuration-error.ts";

export function systemCodeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : String(error);
}

/**
 * PEM text given as base64 data or as a file; data goes first, as kubectl has it. Null where neither is set.
 * `what` names the field in errors.
 */
export async function readPem(
  given: { data: string | undefined; file: string | undefined },
  what: string,
): Promise<string | null> {
  if (given.data !== undefined && given.data !== "") {
    const pem = Buffer.from(given.data, "base64").toString("utf8");
    if (!pem.includes("-----BEGIN")) throw configurationError(`${what}-data is no base64 of a PEM text.`);
    return pem;
  }
  if (given.file === undefined || given.file === "") return null;
  try {
    return await readFile(given.file, "utf8");
  } catch (cause) {
    throw configurationError(`${what}: the file ${given.file} cannot be read (${systemCodeOf(cause)}).`, cause);
  }
}
