import { targetManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { StageView, TaskDefinition } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import { kindNamed } from "../../manifest/kinds.ts";
import type { Coordinates } from "../../manifest/manifest.ts";
import { fullName, nameOf, parseFullName } from "../../manifest/manifest.ts";
import { inCluster, pick } from "../../manifest/targets.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { accountOf, asJson, onCluster } from "./cluster-task.ts";

/** The namespace of a stage; Spinnaker writes `_` for cluster-wide objects. */
export const locationOf = (location: string | undefined): string =>
  location === undefined || location === "_" ? "" : location.trim();

/** Finds the object that a stage's criterion means and writes its name down; a stage that names one needs nothing. */
export function resolveTarget(deps: Pick<KubernetesStageDeps, "cluster">): TaskDefinition {
  return {
    name: "resolveTargetManifest",
    async run({ execution, stage, signal }) {
      const fields = fieldsOf(targetManifestSchema, stage);
      if (fields.criteria === undefined) return { status: "SUCCEEDED" };
      const account = accountOf(deps.cluster, stage);
      const { kind = "", cluster = "" } = fields;
      const location = locationOf(fields.location);
      const app = fields.app ?? execution.application;
      const objects = await onCluster(`Listing ${kind} in ${account}/${location}`, () =>
        deps.cluster.list(account, kind, location === "" ? null : location, undefined, { signal }),
      );
      const found = pick(inCluster(objects.map(asJson), app, cluster), fields.criteria);
      if (found === null)
        throw new TaskError(
          "manifest.noTarget",
          `Cluster "${cluster}" of application ${app} has no ${fields.criteria.replace("_", " ")} ${kindNamed(kind)} in ${account}/${location}. ` +
            "Check cluster, kind and location, or deploy there first.",
        );
      const outputs = { manifestName: fullName(kind, nameOf(found)) };
      return { status: "SUCCEEDED", context: outputs, outputs };
    },
  };
}

/** The one object a stage works on, its criterion resolved. */
export function targetOf(stage: StageView): Coordinates {
  const { manifestName = "", location } = fieldsOf(targetManifestSchema, stage);
  const parsed = parseFullName(manifestName);
  if (parsed !== null) return { ...parsed, namespace: locationOf(location) };
  throw new TaskError(
    "manifest.target",
    `The ${stage.type} stage works on "${manifestName}", which is no kind and name. Write for example "deployment web".`,
  );
}

export function inWords({ kind, namespace, name }: Coordinates, account: string): string {
  return `${fullName(kind, name)} in ${account}${namespace === "" ? "" : `/${namespace}`}`;
}

/** What stages that change one object leave behind, under Orca's names. */
export function updateOutputs(
  account: string,
  target: Coordinates,
): { [key: string]: string | { [key: string]: string[] } } {
  const location = target.namespace === "" ? "_" : target.namespace;
  const name = fullName(target.kind, target.name);
  return {
    "manifest.account.name": account,
    "manifest.name": name,
    "manifest.location": location,
    "outputs.manifestNamesByNamespace": { [target.namespace]: [name] },
  };
}
