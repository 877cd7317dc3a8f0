import type { JsonObject } from "@gennaker/contract/json.ts";
import { annotation, loadBalancersOf } from "./annotations.ts";
import { can, kindOf } from "./kinds.ts";
import {
  annotationsOf,
  childOf,
  fullNameOf,
  labelsOf,
  parseFullName,
  specOf,
  templateMetadataOf,
  textsIn,
} from "./manifest.ts";

/** A rule of traffic that a manifest breaks; the message says which and what to change. */
export class TrafficError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TrafficError";
  }
}

export type JsonPatch = { op: "add" | "replace" | "remove"; path: string; value?: string | Record<string, string> };

/** The load balancer that `service web` names. */
export function parseLoadBalancer(text: string): { kind: string; name: string } {
  const parsed = parseFullName(text);
  if (parsed === null)
    throw new TrafficError(`"${text}" is no load balancer. Write "kind name", for example "service my-service".`);
  if (!can(parsed.kind, "loadBalancer"))
    throw new TrafficError(`A ${parsed.kind} cannot take traffic to workloads (${text}). Name a service.`);
  return parsed;
}

/** Writes the services of a stage into a manifest. One that names others already is an error. */
export function setLoadBalancers(manifest: JsonObject, services: readonly string[]): void {
  if (services.length === 0) return;
  const annotations = childOf(childOf(manifest, "metadata"), "annotations");
  if (annotationsOf(manifest)[annotation.loadBalancers] === undefined) {
    annotations[annotation.loadBalancers] = JSON.stringify(services);
    return;
  }
  const current = loadBalancersOf(manifest);
  if (current.length === services.length && current.every((name, index) => name === services[index])) return;
  throw new TrafficError(
    `${fullNameOf(manifest)} has the annotation ${annotation.loadBalancers} with ${JSON.stringify(current)}, and the stage ` +
      `gives it ${JSON.stringify(services)}. Take the annotation or the services of the stage away.`,
  );
}

/** Puts a workload behind a service before it is deployed: its pods get the labels that the service selects. */
export function attach(loadBalancer: JsonObject, target: JsonObject): void {
  const selector = selectorOf(loadBalancer);
  const keys = Object.keys(selector);
  if (keys.length === 0)
    throw new TrafficError(`${fullNameOf(loadBalancer)} has no selector, so nothing can be put behind it.`);
  const metadata = templateMetadataOf(target) ?? childOf(target, "metadata");
  const labels = childOf(metadata, "labels");
  const shared = keys.filter((key) => Object.hasOwn(labels, key));
  if (shared.length > 0)
    throw new TrafficError(
      `${fullNameOf(target)} has the labels ${shared.join(", ")}, which ${fullNameOf(loadBalancer)} selects. They are given and ` +
        "taken away to switch traffic: leave them out of the workload.",
    );
  Object.assign(labels, selector);
}

/** What puts an object in the cluster behind a service; nothing where it is. */
export function attachPatch(loadBalancer: JsonObject, target: JsonObject): JsonPatch[] {
  const { path, labels, made } = labelsAt(target);
  const changes = Object.entries(selectorOf(loadBalancer))
    .filter(([key, value]) => labels[key] !== value)
    .map(([key, value]): JsonPatch => {
      const op = Object.hasOwn(labels, key) ? "replace" : "add";
      return { op, path: `${path}/${escaped(key)}`, value };
    });
  return changes.length > 0 ? [...made, ...changes] : [];
}

/** What takes an object in the cluster away from behind a service. */
export function detachPatch(loadBalancer: JsonObject, target: JsonObject): JsonPatch[] {
  const { path, labels } = labelsAt(target);
  return Object.keys(selectorOf(loadBalancer))
    .filter((key) => Object.hasOwn(labels, key))
    .map((key) => ({ op: "remove", path: `${path}/${escaped(key)}` }));
}

/** The labels of a service's selector; empty when it has none. */
function selectorOf(loadBalancer: JsonObject): Record<string, string> {
  if (!can(kindOf(loadBalancer), "loadBalancer"))
    throw new TrafficError(`A ${kindOf(loadBalancer)} cannot take traffic to workloads. Name a service.`);
  return textsIn(specOf(loadBalancer)["selector"]);
}

function labelsAt(target: JsonObject): { path: string; labels: Record<string, string>; made: JsonPatch[] } {
  const metadata = templateMetadataOf(target);
  const path = metadata === null ? "/metadata/labels" : "/spec/template/metadata/labels";
  const labels = metadata === null ? labelsOf(target) : textsIn(metadata["labels"]);
  // A JSON patch cannot add to an object that is not there.
  const missing = metadata === null ? !hasLabels(target["metadata"]) : !hasLabels(metadata);
  return { path, labels, made: missing ? [{ op: "add", path, value: {} }] : [] };
}

function hasLabels(metadata: unknown): boolean {
  return typeof metadata === "object" && metadata !== null && "labels" in metadata && metadata.labels !== null;
}

/** A key within a JSON pointer. */
const escaped = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");
