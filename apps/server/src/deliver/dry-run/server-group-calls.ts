import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import { listOf, short, text } from "./values.ts";

/** What stages about one server group, or about a cluster, do with it. */
const verbs: Readonly<Record<string, string>> = {
  resizeServerGroup: "resizes",
  enableServerGroup: "puts into traffic",
  disableServerGroup: "takes out of traffic",
  destroyServerGroup: "destroys",
  rollbackServerGroup: "rolls back",
  cloneServerGroup: "clones",
  disableCluster: "takes out of traffic all but the newest of",
  shrinkCluster: "destroys all but the newest of",
  scaleDownCluster: "scales down all but the newest of",
  rollbackCluster: "rolls back",
};

/** What a stage about server groups would do, in words; nothing for other types. */
export function serverGroupCalls(type: string, context: JsonObject): string[] {
  if (type === "deploy") {
    const clusters = listOf(context["clusters"]).filter(isJsonObject);
    return (clusters.length === 0 && context["cluster"] !== undefined ? [context["cluster"]] : clusters)
      .filter(isJsonObject)
      .map((cluster) => created({ ...providerOf(context), ...cluster }));
  }
  if (type === "createServerGroup") return [created(context)];
  const verb = verbs[type];
  if (verb === undefined) return [];
  const cluster =
    text(context["cluster"]) ?? (isJsonObject(context["moniker"]) ? text(context["moniker"]["cluster"]) : null);
  const named = text(context["serverGroupName"]) ?? text(context["asgName"]);
  const target =
    text(context["target"])
      ?.replace(/_dynamic$/, "")
      .replaceAll("_", " ") ?? null;
  const group =
    named ?? (target === null ? null : `the ${target.replace(" asg", " server group")} of ${cluster ?? "its cluster"}`);
  const what = type.endsWith("Cluster")
    ? `the cluster ${cluster ?? "it names"}`
    : (group ?? `a server group of ${cluster ?? "its cluster"}`);
  return [`${verb} ${what}${sizeOf(type, context)}${placeOf(context)}`];
}

const providerOf = ({ cloudProvider }: JsonObject): JsonObject =>
  cloudProvider === undefined ? {} : { cloudProvider };

/** `creates a server group of shop-prod (aws, account main, eu-west-1) of the image ami-1 with the strategy redblack`. */
function created(cluster: JsonObject): string {
  const parts = ["application", "stack", "freeFormDetails"].map((key) => text(cluster[key]) ?? "");
  const name = parts.join("-").replace(/-+$/, "") || "its cluster";
  const image = imageOf(cluster);
  const strategy = text(cluster["strategy"]);
  const { capacity } = cluster;
  const size = isJsonObject(capacity) ? [`of ${short(capacity["desired"] ?? capacity["max"] ?? "?")} instances`] : [];
  return (
    [
      `creates a server group of ${name}`,
      ...size,
      ...(image === null ? [] : [`of the image ${image}`]),
      ...(strategy === null || strategy === "none" ? [] : [`with the strategy ${strategy}`]),
    ].join(" ") + placeOf(cluster)
  );
}

function imageOf(cluster: JsonObject): string | null {
  for (const key of ["imageId", "amiName", "image", "imageArtifactId", "imageName"]) {
    const value = cluster[key];
    if (isJsonObject(value)) return text(value["reference"]) ?? text(value["name"]);
    const found = text(value);
    if (found !== null) return found;
  }
  return null;
}

function sizeOf(type: string, context: JsonObject): string {
  if (type !== "resizeServerGroup") return "";
  const { action, capacity, targetSize, scaleNum, scalePct } = context;
  if (isJsonObject(capacity) && Object.keys(capacity).length > 0) return ` to ${short(capacity)}`;
  if (targetSize !== undefined) return ` to ${short(targetSize)} instances`;
  const by = scaleNum ?? (scalePct === undefined ? undefined : `${String(scalePct)} %`);
  return `${text(action) === null ? "" : ` (${text(action)?.replaceAll("_", " ")})`}${by === undefined ? "" : ` by ${String(by)}`}`;
}

/** `(aws, account main, eu-west-1)`. */
function placeOf(context: JsonObject): string {
  const provider = text(context["cloudProvider"]) ?? text(context["provider"]) ?? text(context["cloudProviderType"]);
  const account = text(context["account"]) ?? text(context["credentials"]);
  const zones = isJsonObject(context["availabilityZones"]) ? Object.keys(context["availabilityZones"]) : [];
  const given: Json[] = [
    ...listOf(context["regions"]),
    ...listOf(context["namespaces"]),
    context["region"] ?? null,
    context["namespace"] ?? null,
  ];
  const regions = [...new Set([...given.map(text).filter((each) => each !== null), ...zones])];
  const words = [
    ...(provider === null ? [] : [provider]),
    ...(account === null ? [] : [`account ${account}`]),
    ...regions,
  ];
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}
