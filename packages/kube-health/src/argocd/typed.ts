import { asInteger, at, isObject } from "../json.ts";

type Type = "a whole number" | "a text" | "true or false" | "an object" | "a list of objects";

const fits: Readonly<Record<Type, (value: unknown) => boolean>> = {
  "a whole number": (value) => asInteger(value) !== undefined,
  "a text": (value) => typeof value === "string",
  "true or false": (value) => typeof value === "boolean",
  "an object": isObject,
  "a list of objects": (value) => Array.isArray(value) && value.every((item) => item === null || isObject(item)),
};

/** The fields the rules of built-in kinds read, with the type Kubernetes gives them. */
const fields: readonly (readonly [string, Type])[] = [
  ["metadata", "an object"],
  ["metadata.name", "a text"],
  ["metadata.generation", "a whole number"],
  ["spec", "an object"],
  ["spec.paused", "true or false"],
  ["spec.replicas", "a whole number"],
  ["spec.type", "a text"],
  ["spec.restartPolicy", "a text"],
  ["spec.updateStrategy", "an object"],
  ["spec.updateStrategy.type", "a text"],
  ["spec.updateStrategy.rollingUpdate", "an object"],
  ["status", "an object"],
  ["status.phase", "a text"],
  ["status.message", "a text"],
  ["status.conditions", "a list of objects"],
  ["status.containerStatuses", "a list of objects"],
  ["status.initContainerStatuses", "a list of objects"],
  ["status.loadBalancer", "an object"],
  ["status.loadBalancer.ingress", "a list of objects"],
  ["status.observedGeneration", "a whole number"],
  ["status.replicas", "a whole number"],
  ["status.updatedReplicas", "a whole number"],
  ["status.availableReplicas", "a whole number"],
  ["status.readyReplicas", "a whole number"],
  ["status.currentReplicas", "a whole number"],
  ["status.desiredNumberScheduled", "a whole number"],
  ["status.updatedNumberScheduled", "a whole number"],
  ["status.numberAvailable", "a whole number"],
];

/** The first field that is there with another type than Kubernetes gives it, in words; undefined where all fit. */
export function mistypedField(manifest: unknown): string | undefined {
  for (const [path, type] of fields) {
    const value = at(manifest, ...path.split("."));
    if (value !== undefined && !fits[type](value)) return `${path} is not ${type}`;
  }
  return undefined;
}
