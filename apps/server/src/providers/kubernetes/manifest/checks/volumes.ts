import type { JsonObject } from "@gennaker/contract/json.ts";
import { kindOf } from "../kinds.ts";
import { annotationsOf, nameOf, namespaceOf, specOf } from "../manifest.ts";
import type { DeployWarning, Surroundings, Workload } from "./surroundings.ts";
import { asObject, objectsIn, textIn, warning } from "./surroundings.ts";

const defaultClass = "storageclass.kubernetes.io/is-default-class";

/** Claims that are missing or cannot be bound, and volumes that one node or Pod holds while another waits for it. */
export function volumeWarnings(
  manifests: readonly JsonObject[],
  workloads: readonly Workload[],
  around: Surroundings,
): DeployWarning[] {
  const claims = manifests.filter((manifest) => kindOf(manifest) === "persistentVolumeClaim");
  return [
    ...claims.flatMap((claim) => storageWarnings(claim, claim, nameOf(claim), around)),
    ...workloads.flatMap((workload) => [...claimWarnings(workload, around), ...templateWarnings(workload, around)]),
  ];
}

/** Claims that a workload mounts by name: all of its Pods share them. */
function claimWarnings(workload: Workload, around: Surroundings): DeployWarning[] {
  const names = objectsIn(workload.pod["volumes"])
    .map((volume) => textIn(asObject(volume["persistentVolumeClaim"])["claimName"]))
    .filter((name) => name !== "");
  return [...new Set(names)].flatMap((name): DeployWarning[] => {
    const { manifest, words, namespace } = workload;
    const claim = around.object("persistentVolumeClaim", namespace, name);
    if (claim === undefined) return [];
    if (claim === null)
      return [
        warning(
          "volume.missingClaim",
          manifest,
          `${words} mounts the claim ${name}, and there is none in ${namespace}: its Pods will wait. Deploy the claim before, or in the same stage.`,
        ),
      ];
    const phase = textIn(asObject(claim["status"])["phase"]);
    const lost: DeployWarning[] =
      phase === "Lost"
        ? [warning("volume.lost", manifest, `The claim ${name} of ${words} has lost its volume: its Pods will wait.`)]
        : [];
    return [...lost, ...sharingWarnings(workload, name, claim)];
  });
}

function sharingWarnings(workload: Workload, name: string, claim: JsonObject): DeployWarning[] {
  const { manifest, words, replicas } = workload;
  const modes = accessModes(claim);
  if (modes.length === 0 || modes.some((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany")) return [];
  const onePod = modes.every((mode) => mode === "ReadWriteOncePod");
  const limit = onePod ? "one Pod only (ReadWriteOncePod)" : "one node only (ReadWriteOnce)";
  if (kindOf(manifest) === "daemonSet")
    return [
      warning(
        "volume.readWriteOnce",
        manifest,
        `${words} runs on every node, and its claim ${name} can be mounted by ${limit}: the other Pods will wait.`,
      ),
    ];
  if (replicas > 1)
    return [
      warning(
        "volume.readWriteOnce",
        manifest,
        `${words} has ${replicas} replicas, and its claim ${name} can be mounted by ${limit}: Pods elsewhere will wait. ` +
          "Use a claim per Pod (volumeClaimTemplates of a StatefulSet), ReadWriteMany, or one replica.",
      ),
    ];
  if (kindOf(manifest) !== "deployment" || !surges(manifest)) return [];
  return [
    warning(
      "volume.rollingUpdate",
      manifest,
      `${words} starts its new Pod before the old one ends, and the claim ${name} can be mounted by ${limit}: ` +
        `${onePod ? "the new Pod will wait for ever" : "on another node the new Pod will wait for ever"}. ` +
        "Set spec.strategy.type to Recreate, or maxSurge to 0 and maxUnavailable to 1.",
    ),
  ];
}

/** A rolling update makes the new Pod first unless it may make none beyond the number. */
function surges(deployment: JsonObject): boolean {
  const strategy = asObject(specOf(deployment)["strategy"]);
  if (strategy["type"] === "Recreate") return false;
  const surge = asObject(strategy["rollingUpdate"])["maxSurge"] ?? "25%";
  return surge !== 0 && surge !== "0" && surge !== "0%";
}

/** Claims that a StatefulSet makes for each of its Pods. */
function templateWarnings({ manifest, words }: Workload, around: Surroundings): DeployWarning[] {
  return objectsIn(specOf(manifest)["volumeClaimTemplates"]).flatMap((claim) =>
    storageWarnings(claim, manifest, `${nameOf(claim)} of ${words}`, around),
  );
}

/** Can a claim be bound? By its class, the default one, or the volume it names. */
function storageWarnings(claim: JsonObject, told: JsonObject, words: string, around: Surroundings): DeployWarning[] {
  const existing = claim === told ? around.object("persistentVolumeClaim", namespaceOf(claim), nameOf(claim)) : null;
  if (textIn(asObject(existing?.["status"])["phase"]) === "Bound") return [];
  const spec = specOf(claim);
  const volume = textIn(spec["volumeName"]);
  if (volume !== "") {
    if (around.object("persistentVolume", "", volume) !== null) return [];
    const message = `The claim ${words} names the volume ${volume}, and there is none: it will stay pending.`;
    return [warning("volume.missingVolume", told, message)];
  }
  const classes = around.list("storageClass", "");
  const given = spec["storageClassName"];
  if (classes === null || given === "") return [];
  const known = classes.map(nameOf).toSorted().join(", ") || "none";
  if (typeof given === "string" && !classes.some((one) => nameOf(one) === given))
    return [
      warning(
        "volume.missingStorageClass",
        told,
        `The claim ${words} asks for the storage class ${given}, and there is none of that name: it will stay pending. There are: ${known}.`,
      ),
    ];
  if (typeof given === "string" || classes.some((one) => annotationsOf(one)[defaultClass] === "true")) return [];
  return [
    warning(
      "volume.noDefaultStorageClass",
      told,
      `The claim ${words} names no storage class, and the cluster has no default one: it will stay pending unless a volume fits. There are: ${known}.`,
    ),
  ];
}

function accessModes(claim: JsonObject): string[] {
  const modes = specOf(claim)["accessModes"];
  return Array.isArray(modes) ? modes.map(String) : [];
}
