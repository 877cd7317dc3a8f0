import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../engine/api.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { Artifacts, FetchedArtifact } from "./api.ts";

/** The own API of artifacts. Each fetch is audited: it calls the outside with the operator's credentials. */
export function artifactHandlers(artifacts: Artifacts, ground: { database: Database; audit: AuditLog }): Handlers {
  return {
    listArtifactAccounts: async () => artifacts.accounts(),
    getArtifactUsage: () => artifacts.usage(),
    fetchArtifact: ({ body, signal, actor }) => fetchAudited(artifacts, ground, body as JsonObject, { signal, actor }),
  };
}

/** Fetches into the store for somebody outside: what goes wrong is told as an error of the API. */
export async function fetchAudited(
  artifacts: Pick<Artifacts, "fetch">,
  { database, audit }: { database: Database; audit: AuditLog },
  artifact: JsonObject,
  { signal, actor }: { signal: AbortSignal; actor: Actor },
): Promise<FetchedArtifact> {
  const found = await artifacts.fetch(artifact, { signal }).catch((error: unknown) => {
    if (!(error instanceof TaskError)) throw error;
    throw new GennakerError(error.retryable ? "upstream_failed" : "invalid_request", error.message, {
      cause: error,
    });
  });
  await database.transaction((tx) =>
    audit.record(tx, {
      actor,
      action: "artifact.fetch",
      resource: `artifact/${found.digest}`,
      application: null,
      after: { type: artifact["type"] ?? null, name: artifact["name"] ?? null, size: found.size },
    }),
  );
  return found;
}
