import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import { redactSecrets } from "../../platform/values/redact.ts";
import { flag, listOf, short, text } from "./values.ts";

/** What stages about one object, or about some by their labels, do with it. */
const verbs: Readonly<Record<string, string>> = {
  deleteManifest: "deletes",
  scaleManifest: "scales",
  patchManifest: "patches",
  undoRolloutManifest: "rolls back",
  rollingRestartManifest: "restarts",
  pauseRolloutManifest: "pauses the rollout of",
  resumeRolloutManifest: "resumes the rollout of",
  enableManifest: "puts into traffic",
  disableManifest: "takes out of traffic",
  findArtifactsFromResource: "reads the artifacts of",
  resolveTargetManifest: "looks for",
};

/** What a Kubernetes stage would do, in words; nothing for other types. */
export function manifestCalls(type: string, context: JsonObject): string[] {
  const account = text(context["account"]) ?? text(context["credentials"]);
  const place = account === null ? "" : ` in the account ${account}`;
  if (type === "deployManifest") return deployed("applies", context).map((what) => `${what}${place}`);
  if (type === "runJobManifest" || (type === "runJob" && context["cloudProvider"] === "kubernetes"))
    return deployed("runs", context).map((what) => `${what}${place}`);
  if (type === "bakeManifest") return baked(context);
  if (type === "cleanupArtifacts") return [`deletes versions of manifests that are no longer used${place}`];
  const verb = verbs[type];
  if (verb === undefined) return [];
  const more =
    type === "scaleManifest"
      ? ` to ${String(context["replicas"] ?? "?")} replicas`
      : type === "patchManifest" && context["patchBody"] !== undefined
        ? ` with ${short(redactSecrets(context["patchBody"]))}`
        : "";
  return [`${verb} ${targetOf(context)}${more}${place}`];
}

function deployed(verb: string, context: JsonObject): string[] {
  if (context["source"] === "artifact" || (context["manifests"] === undefined && context["manifest"] === undefined)) {
    const artifact = text(context["manifestArtifactId"]);
    const inline = isJsonObject(context["manifestArtifact"]) ? text(context["manifestArtifact"]["reference"]) : null;
    return [`${verb} the manifests of the artifact ${artifact ?? inline ?? "it names"}`];
  }
  const given = [...listOf(context["manifests"]), ...(context["manifest"] === undefined ? [] : [context["manifest"]])];
  const namespace = text(context["namespaceOverride"]);
  const objects = given.flat().flatMap((each) => objectsOf(each));
  const where = namespace === null ? "" : ` in the namespace ${namespace}`;
  const traffic = isJsonObject(context["trafficManagement"]) ? context["trafficManagement"] : {};
  const options = isJsonObject(traffic["options"]) ? traffic["options"] : {};
  const strategy = flag(traffic["enabled"]) ? ` with the strategy ${text(options["strategy"]) ?? "none"}` : "";
  return [`${verb} ${objects.length === 0 ? "no manifest" : objects.join(", ")}${where}${strategy}`];
}

/** `Deployment web (shop)`; a text is an expression or YAML that has not been read. */
function objectsOf(manifest: Json): string[] {
  if (typeof manifest === "string") return [short(manifest)];
  if (!isJsonObject(manifest)) return [];
  const { items } = manifest;
  if (Array.isArray(items)) return items.flatMap(objectsOf);
  const metadata = isJsonObject(manifest["metadata"]) ? manifest["metadata"] : {};
  const name = text(metadata["name"]) ?? text(metadata["generateName"]) ?? "without a name";
  const namespace = text(metadata["namespace"]);
  return [`${text(manifest["kind"]) ?? "an object"} ${name}${namespace === null ? "" : ` (${namespace})`}`];
}

function targetOf(context: JsonObject): string {
  const location = text(context["location"]);
  const where = location === null ? "" : ` in the namespace ${location}`;
  const criteria = text(context["criteria"]);
  const cluster = text(context["cluster"]);
  if (criteria !== null && cluster !== null) return `the ${criteria.replace("_", " ")} of ${cluster}${where}`;
  const name = text(context["manifestName"]);
  if (name !== null && name.trim() !== "") return `${name}${where}`;
  const kinds = listOf(context["kinds"]).map(String);
  return `${kinds.length === 0 ? "objects" : kinds.join(", ")} chosen by their labels${where}`;
}

const programs: Readonly<Record<string, string>> = {
  HELM2: "helm template",
  HELM3: "helm template",
  HELMFILE: "helmfile template",
  KUSTOMIZE: "kustomize build",
  KUSTOMIZE4: "kustomize build",
  KUSTOMIZE5: "kustomize build",
  PLAIN: "fills in the template",
  CF: "fills in the template",
};

function baked(context: JsonObject): string[] {
  const renderer = (text(context["templateRenderer"]) ?? "").toUpperCase();
  const inputs = [...listOf(context["inputArtifacts"]), context["inputArtifact"] ?? null]
    .filter(isJsonObject)
    .map(
      ({ id, artifact }) => text(id) ?? (isJsonObject(artifact) ? text(artifact["reference"]) : null) ?? "given inline",
    );
  const [chart = "that the stage names", ...values] = inputs;
  const helm = renderer.startsWith("HELM");
  const option = (flagName: string, field: string) => {
    const value = text(context[field]);
    return value === null ? [] : [flagName, value];
  };
  const { overrides } = context;
  const set = isJsonObject(overrides)
    ? Object.entries(redactSecrets(overrides) as JsonObject).map(([key, value]) => `${key}=${short(value)}`)
    : [];
  const command = [
    programs[renderer] ?? "renders",
    ...(helm ? option("", "outputName").filter((word) => word !== "") : []),
    `<artifact ${chart}>`,
    ...option("--namespace", "namespace"),
    ...option("--environment", "environment"),
    ...(set.length === 0 ? [] : [flag(context["rawOverrides"]) ? "--set" : "--set-string", set.join(",")]),
    ...values.map((value) => `--values <artifact ${value}>`),
  ];
  return [
    `${renderer === "" ? "renders" : renderer}: ${command.join(" ")}`,
    "gives the manifests as a base64 artifact",
  ];
}
