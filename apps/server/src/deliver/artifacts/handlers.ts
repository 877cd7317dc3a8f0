import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../engine/api.ts";
import type { AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { Artifacts } from "./api.ts";

/** The own API of artifacts. Each fetch is audited: it calls the outside with the operator's credentials. */
export function artifactHandlers(
  artifacts: Artifacts,
  { database, audit }: { database: Database; audit: AuditLog },
): Handlers {
  return {
    listArtifactAccounts: async () => artifacts.accounts(),
    getArtifactUsage: () => artifacts.usage(),
    async fetchArtifact({ body, signal, actor }) {
      const artifact = body as JsonObject;
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
    },
  };
}
