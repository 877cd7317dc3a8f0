import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { record, records } from "../inventory/related.ts";

/** A ConfigMap or Secret by its kind and name, in the namespace of what reads it. */
export type ConfigurationRef = { kind: "ConfigMap" | "Secret"; name: string };

/** What the containers of a workload or a Pod read: volumes, environments and pull secrets. Doubled ones once. */
export function configurationOf(object: KubeObject): ConfigurationRef[] {
  const spec = podSpecOf(object);
  const containers = ["containers", "initContainers", "ephemeralContainers"].flatMap((list) => records(spec[list]));
  const found = [
    ...records(spec["volumes"]).flatMap(ofVolume),
    ...containers.flatMap((container) => [
      ...records(container["envFrom"]).flatMap((each) => [
        ...named("ConfigMap", record(each["configMapRef"])["name"]),
        ...named("Secret", record(each["secretRef"])["name"]),
      ]),
      ...records(container["env"]).flatMap((each) => {
        const from = record(each["valueFrom"]);
        return [
          ...named("ConfigMap", record(from["configMapKeyRef"])["name"]),
          ...named("Secret", record(from["secretKeyRef"])["name"]),
        ];
      }),
    ]),
    ...records(spec["imagePullSecrets"]).flatMap((each) => named("Secret", each["name"])),
  ];
  return [...new Map(found.map((each) => [`${each.kind} ${each.name}`, each])).values()];
}

/** The template's spec of a workload, also of a CronJob; of a Pod its own. */
export function podSpecOf(object: KubeObject): Record<string, unknown> {
  const spec = record(object["spec"]);
  if (object.kind === "Pod") return spec;
  const job = object.kind === "CronJob" ? record(record(spec["jobTemplate"])["spec"]) : spec;
  return record(record(job["template"])["spec"]);
}

function ofVolume(volume: Record<string, unknown>): ConfigurationRef[] {
  return [
    ...named("ConfigMap", record(volume["configMap"])["name"]),
    ...named("Secret", record(volume["secret"])["secretName"]),
    ...records(record(volume["projected"])["sources"]).flatMap((source) => [
      ...named("ConfigMap", record(source["configMap"])["name"]),
      ...named("Secret", record(source["secret"])["name"]),
    ]),
  ];
}

function named(kind: ConfigurationRef["kind"], name: unknown): ConfigurationRef[] {
  return typeof name === "string" && name !== "" ? [{ kind, name }] : [];
}
