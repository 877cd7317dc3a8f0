import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { newestFirst, ordinary } from "@gennaker/pipeline-model/server-group-targets.ts";
import type { ServerGroup } from "../../../providers/port/api.ts";

/**
 * What a server group ran before this one did: the image the stage names, what the group replaced when it was
 * deployed, or what the next older group of the cluster runs. Null when nothing says.
 */
export function previousArtifact(
  group: ServerGroup,
  cluster: readonly ServerGroup[],
  named: { imageName?: string | undefined; imageId?: string | undefined },
): JsonObject | null {
  const image = [named.imageName, named.imageId].find((name) => name !== undefined && name !== "");
  if (image !== undefined) return { type: group.artifact.type, reference: image };
  const replaced = group.launch["previousServerGroup"];
  if (isJsonObject(replaced ?? null)) {
    const artifact = (replaced as JsonObject)["artifact"];
    if (isJsonObject(artifact ?? null)) return artifact as JsonObject;
  }
  const sorted = newestFirst(ordinary(cluster));
  const index = sorted.findIndex(({ name }) => name === group.name);
  const older = index < 0 ? [] : sorted.slice(index + 1);
  const other = older.find(({ artifact }) => artifact.digest !== group.artifact.digest);
  if (other === undefined) return null;
  return isJsonObject(other.launch["artifact"] ?? null)
    ? (other.launch["artifact"] as JsonObject)
    : { type: other.artifact.type, reference: other.artifact.reference };
}
