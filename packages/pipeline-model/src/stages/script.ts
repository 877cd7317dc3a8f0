import { z } from "zod";
import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { filledText, flag, map, maybe, object, text } from "../fields.ts";

export const scriptSchema = object({
  /** A script's text, or a program and its arguments. */
  command: maybe(z.union([text, z.array(text)])),
  /** Which of the configured interpreters runs the text; `sh` unless said. */
  interpreter: maybe(text),
  scriptArtifactId: maybe(text),
  scriptArtifact: maybe(map),
  env: maybe(z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), text)),
  waitForCompletion: maybe(flag),
  propertyFile: maybe(filledText),
  /** Orca's fields; a script sees them as Jenkins jobs do: SCRIPT_PATH, IMAGE_ID, ENV_PARAM, REGION_PARAM … */
  scriptPath: maybe(text),
  repoUrl: maybe(text),
  repoBranch: maybe(text),
  /** The artifact account that the repository is read with. */
  repoArtifactAccount: maybe(text),
  user: maybe(text),
  image: maybe(text),
  account: maybe(text),
  region: maybe(text),
  cluster: maybe(text),
  cmc: maybe(text),
});

/** A script needs something to run. */
export function scriptProblems(stage: JsonObject): Problem[] {
  const { command, scriptArtifactId, scriptArtifact, scriptPath, repoUrl } = stage;
  if ([command, scriptArtifactId, scriptArtifact, scriptPath, repoUrl].some(filled)) return [];
  return [{ pointer: "/command", reason: "is required, unless scriptArtifactId names a script" }];
}

function filled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}
