import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CliError } from "../errors.ts";
import { contextsPath } from "./contexts.ts";

type Environment = Readonly<Partial<Record<string, string>>>;

/** Tokens of logins, by server address; a file that only its owner reads. */
function credentialsPath(env: Environment): string {
  return join(dirname(contextsPath(env)), "credentials.json");
}

function read(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  try {
    const content = JSON.parse(readFileSync(path, "utf8")) as unknown;
    return typeof content === "object" && content !== null ? (content as Record<string, string>) : {};
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${(error as Error).message}`, {
      next: ["Move the file away, then: gennaker login"],
    });
  }
}

/** The token for a server: GENNAKER_TOKEN over the stored one. */
export function tokenFor(server: string, env: Environment): string | undefined {
  return env["GENNAKER_TOKEN"] || read(credentialsPath(env))[server];
}

/** Keeps a server's token; null forgets it. Written whole and renamed into place. */
export function keepToken(server: string, token: string | null, env: Environment): void {
  const path = credentialsPath(env);
  const rest = Object.entries(read(path)).filter(([key]) => key !== server);
  const next = Object.fromEntries(token === null ? rest : [...rest, [server, token]]);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}
