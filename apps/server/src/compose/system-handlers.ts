import type { StageType } from "../engine/api.ts";
import type { Config } from "../platform/config/config.ts";
import type { Database } from "../platform/database/api.ts";
import type { Handlers } from "../platform/http/api.ts";

type AuditRow = {
  id: number;
  time: Date;
  actor: string;
  via: string;
  action: string;
  resource: string;
  application: string | null;
  reason: string | null;
  before: string | null;
  after: string | null;
  request_id: string | null;
  on_behalf_of: string | null;
  address: string | null;
  user_agent: string | null;
};

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
    listAudit: async ({ query }) => {
      const rows = await database.query<AuditRow>(
        `select * from platform_audit
         where ($1::text is null or application = $1) and ($2::text is null or resource = $2) and ($3::bigint is null or id < $3)
         order by id desc limit $4`,
        [query.application?.toLowerCase() ?? null, query.resource ?? null, query.before ?? null, query.limit ?? 100],
      );
      return rows.map(({ request_id: requestId, on_behalf_of: onBehalfOf, user_agent: userAgent, ...row }) => ({
        ...row,
        requestId,
        onBehalfOf,
        userAgent,
        time: row.time.toISOString(),
        before: read(row.before),
        after: read(row.after),
      }));
    },
  };
}

function read(document: string | null): unknown {
  return document === null ? null : (JSON.parse(document) as unknown);
}
