import { readFile } from "node:fs/promises";
import type { CliContext } from "../../../context.ts";
import { CliError, usageError } from "../../../errors.ts";
import { cookieHeader } from "./cookies.ts";
import { createGateClient } from "./gate-client.ts";
import type { GateClient } from "./gate-client.ts";

export type GateFlags = { gate?: string; header?: readonly string[]; tokenEnv?: string; cookieFile?: string };

/** Gate at the flags' address, with their headers. Values are never printed. */
export async function openGate(context: CliContext, flags: GateFlags, signal: AbortSignal): Promise<GateClient> {
  const url = gateAddress(flags.gate ?? "");
  const { env } = context.process;
  const headers: Record<string, string> = {};
  for (const header of flags.header ?? []) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*[:=]\s*(.*)$/.exec(header);
    if (match?.[1] === undefined || match[2] === undefined)
      throw usageError("A --header is NAME: VALUE.", ['--header "Authorization: $GATE_AUTHORIZATION"']);
    const name = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(match[2]);
    headers[match[1].toLowerCase()] = name?.[1] === undefined ? match[2] : fromEnvironment(env, name[1]);
  }
  if (flags.tokenEnv !== undefined) headers["authorization"] = `Bearer ${fromEnvironment(env, flags.tokenEnv)}`;
  if (flags.cookieFile !== undefined) {
    const text = await readFile(flags.cookieFile, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new CliError(
        `${flags.cookieFile} cannot be read: ${error.code === "ENOENT" ? "there is no such file" : error.message}.`,
      );
    });
    const cookies = cookieHeader(text, new URL(url), Date.now());
    if (cookies === "") throw new CliError(`${flags.cookieFile} holds no cookie for ${new URL(url).host}.`);
    headers["cookie"] = cookies;
  }
  return createGateClient({ url, headers, signal });
}

function gateAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw usageError(`"${text}" is no address of a Gate. Give it as https://gate.example.com.`);
  if (url.username !== "" || url.password !== "")
    throw usageError("Give name and password by --header, not in the address: addresses are shown.", [
      '--header "Authorization: $GATE_AUTHORIZATION"',
    ]);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

function fromEnvironment(env: CliContext["process"]["env"], name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw usageError(`The environment variable ${name} is not set.`);
  return value;
}
