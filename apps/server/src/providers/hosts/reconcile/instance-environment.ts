import type { Launch } from "../cluster/launch.ts";
import type { GroupRow, InstanceRow } from "../store/rows.ts";
import type { HostsContext } from "./context.ts";

/**
 * The whole environment of an instance. Of Gennaker's own only PATH, LANG and TZ pass on, never its configuration or
 * secrets. The last names cannot be given by a cluster: processes are found by them.
 */
export function instanceEnvironment(
  context: Pick<HostsContext, "path" | "dataDirectoryId">,
  group: Pick<GroupRow, "name" | "application" | "cluster" | "region">,
  launch: Pick<Launch, "env">,
  row: Pick<InstanceRow, "id" | "zone" | "port">,
  workDirectory: string,
): Record<string, string> {
  const { LANG, TZ } = process.env;
  return {
    PATH: context.path,
    ...(LANG === undefined ? {} : { LANG }),
    ...(TZ === undefined ? {} : { TZ }),
    HOME: workDirectory,
    ...launch.env,
    PORT: String(row.port),
    GENNAKER_INSTANCE: row.id,
    GENNAKER_DATA_DIRECTORY: context.dataDirectoryId,
    GENNAKER_WORK_DIR: workDirectory,
    GENNAKER_APPLICATION: group.application,
    GENNAKER_CLUSTER: group.cluster,
    GENNAKER_SERVER_GROUP: group.name,
    GENNAKER_REGION: group.region,
    GENNAKER_ZONE: row.zone,
  };
}
