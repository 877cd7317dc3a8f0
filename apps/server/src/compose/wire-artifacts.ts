import type { JsonObject } from "@gennaker/contract/json.ts";
import { isComplete } from "@gennaker/engine-core/status.ts";
import { findForeignSecrets } from "@gennaker/pipeline-model/secrets/find-secrets.ts";
import type { Artifacts } from "../deliver/artifacts/api.ts";
import { createArtifacts } from "../deliver/artifacts/create-artifacts.ts";
import { artifactsSchema } from "../deliver/artifacts/settings.ts";
import type { Engine } from "../engine/api.ts";
import type { Config } from "../platform/config/config.ts";
import { ConfigError } from "../platform/config/config.ts";
import type { Late } from "./late.ts";
import type { Platform } from "./wire-platform.ts";

/** Wires the artifact store and its accounts. Throws ConfigError for a section `artifacts` that cannot be used. */
export function wireArtifacts(platform: Platform, config: Config, engine: Late<Pick<Engine, "get">>): Artifacts {
  const read = artifactsSchema.safeParse(config.artifacts);
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = ["gennaker.yaml: artifacts", ...(issue?.path ?? []).map(String)].join(".");
    throw new ConfigError(`${place} is not usable: ${issue?.message ?? "check it"}.`);
  }
  const [foreign] = findForeignSecrets(config.artifacts as JsonObject);
  if (foreign !== undefined)
    throw new ConfigError(`gennaker.yaml: artifacts${foreign.pointer}: ${foreign.message}. ${foreign.suggestion}.`);
  return createArtifacts({
    database: platform.database,
    outgoing: platform.outgoing,
    settings: read.data,
    dataDirectory: config.data,
    reveal: (text) => platform.secrets.reveal(text, { from: "configuration" }),
    async running(ids) {
      const found = await Promise.all(ids.map((id) => engine.get().get(id)));
      return new Set(found.flatMap((run) => (run !== null && !isComplete(run.status) ? [run.id] : [])));
    },
  });
}
