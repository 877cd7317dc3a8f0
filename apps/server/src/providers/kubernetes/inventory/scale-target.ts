import { isRecord, type KubeObject } from "@gennaker/kube-client/objects.ts";

/** What an autoscaler scales, as the index `target` names it. */
export function scaleTargetOf(autoscaler: KubeObject): string {
  const spec = autoscaler["spec"];
  const target = isRecord(spec) && isRecord(spec["scaleTargetRef"]) ? spec["scaleTargetRef"] : {};
  return targetKey(autoscaler.metadata.namespace ?? "", String(target["kind"]), String(target["name"]));
}

/** What an autoscaler must name to scale a workload: itself, or the Deployment it belongs to. */
export function targetsOf(workload: KubeObject): string[] {
  const { namespace = "", name = "", ownerReferences = [] } = workload.metadata;
  const owners = ownerReferences.filter(({ kind }) => kind === "Deployment");
  return [{ kind: workload.kind, name }, ...owners].map((each) => targetKey(namespace, each.kind, each.name));
}

const targetKey = (namespace: string, kind: string, name: string): string => `${namespace}/${kind}/${name}`;
