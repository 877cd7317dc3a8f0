import type { StageType } from "../engine/api.ts";
import type { Config } from "../platform/config/config.ts";
import type { Database } from "../platform/database/api.ts";
import type { Handlers } from "../platform/http/api.ts";

type Dependencies = {
  database: Database;
  config: Config;
  version: string;
  replicaId: string;
  embedded: boolean;
  startedAt: Date;
  stageTypes: ReadonlyMap<string, StageType>;
  /** Whether people log in. */
  authentication: boolean;
};

export function systemHandlers(dependencies: Dependencies): Handlers {
  const { database, config } = dependencies;
  return {
    getSystem: async () => ({
      version: dependencies.version,
      startedAt: dependencies.startedAt.toISOString(),
      roles: config.role,
      replica: dependencies.replicaId,
      database: {
        embedded: dependencies.embedded,
        reachable: await database.query("select 1").then(
          () => true,
          () => false,
        ),
      },
      authentication: dependencies.authentication,
      timezone: config.timezone,
    }),
    listStageTypes: async () =>
      [...dependencies.stageTypes.values()]
        .map(({ type, description }) => ({ type, description }))
        .sort((a, b) => a.type.localeCompare(b.type)),
  };
}
