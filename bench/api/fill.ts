import { createDatabase } from "../../apps/server/src/platform/database/create-database.ts";

export const applications = 1_000;
export const pipelinesEach = 20;

/** Stores the applications `app0` … and the pipelines `pipe0x0` … of each, as if they had been saved. */
export async function fillConfigs(databaseUrl: string): Promise<void> {
  const client = createDatabase({ url: databaseUrl, connections: 1 });
  try {
    await client.query(
      `insert into deliver_application (name, document, last_modified_by)
       select 'app' || n, json_build_object('name', 'app' || n, 'email', 'team' || (n % 40) || '@example.com',
         'description', 'Service number ' || n, 'cloudProviders', json_build_array('hosts'))::text, 'bench'
       from generate_series(0, $1::int - 1) n`,
      [applications],
    );
    const stages = JSON.stringify(
      Array.from({ length: 8 }, (_, index) => ({
        refId: String(index + 1),
        requisiteStageRefIds: index === 0 ? [] : [String(index)],
        type: "wait",
        name: `Step ${index + 1}`,
        waitTime: 0,
        comments: "What this step is for, at the length at which people write such things.",
      })),
    );
    const document = `json_build_object('id', 'pipe' || a || 'x' || p, 'name', 'Pipeline ' || p, 'application', 'app' || a, 'index', p,
      'triggers', json_build_array(), 'limitConcurrent', false, 'keepWaitingPipelines', false, 'updateTs', '1700000000000', 'stages', $3::json)::text`;
    for (const [table, columns, values] of [
      [
        "deliver_pipeline",
        "id, application, name, position, disabled, version, document, last_modified_by",
        `'pipe' || a || 'x' || p, 'app' || a, 'Pipeline ' || p, p, false, 1, ${document}, 'bench'`,
      ],
      [
        "deliver_pipeline_version",
        "pipeline_id, version, document, saved_by",
        `'pipe' || a || 'x' || p, 1, ${document}, 'bench'`,
      ],
    ] as const) {
      await client.query(
        `insert into ${table} (${columns}) select ${values}
         from generate_series(0, $1::int - 1) a, generate_series(0, $2::int - 1) p`,
        [applications, pipelinesEach, stages],
      );
    }
    await client.query("vacuum analyze deliver_application, deliver_pipeline, deliver_pipeline_version");
  } finally {
    await client.close();
  }
}
