import { asList, asText, at, objectsOf, textAt } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { isReady } from "./pod-signs.ts";
import { ofKind, reference, selects } from "./related.ts";
import type { Related, Sign } from "./types.ts";

const serviceLabel = "kubernetes.io/service-name";

/** The EndpointSlices of a Service among the related objects. */
export const slicesOf = (service: string, related: Related): JsonObject[] =>
  ofKind(related, "EndpointSlice").filter((slice) => at(slice, "metadata", "labels", serviceLabel) === service);

/** Endpoints that take traffic: the condition `ready` is true or not stated. */
export const readyEndpoints = (slices: readonly JsonObject[]): JsonObject[] =>
  slices
    .flatMap((slice) => objectsOf(slice["endpoints"]))
    .filter((endpoint) => at(endpoint, "conditions", "ready") !== false);

/** A test whether a Pod is among the endpoints: by the Pod they name (uid, else name), else by its address. */
function membership(endpoints: readonly JsonObject[]): (pod: unknown) => boolean {
  const uids = new Set<string>();
  const names = new Map<string, string>();
  const addresses = new Set<unknown>();
  for (const endpoint of endpoints) {
    const target = endpoint["targetRef"];
    if (textAt(target, "kind") === "Pod") {
      uids.add(textAt(target, "uid"));
      names.set(textAt(target, "name"), textAt(target, "uid"));
    } else {
      for (const address of asList(endpoint["addresses"])) addresses.add(address);
    }
  }
  return (pod) => {
    const uid = textAt(pod, "metadata", "uid");
    const named = names.get(textAt(pod, "metadata", "name"));
    if (uid !== "" && uids.has(uid)) return true;
    if (named !== undefined && (named === "" || uid === "")) return true;
    const address = textAt(pod, "status", "podIP");
    return address !== "" && addresses.has(address);
  };
}

/**
 * Ready Pods that a Service which selects them does not send requests to yet: a rollout that is complete by its counters may
 * still not serve. Services are taken from the related objects, or from the labels of their EndpointSlices where the
 * Services themselves are not there.
 */
export function missingEndpoints(pods: readonly unknown[], related: Related): Sign[] {
  const services = ofKind(related, "Service");
  const names = new Set(ofKind(related, "EndpointSlice").map((one) => textAt(one, "metadata", "labels", serviceLabel)));
  return [...names].flatMap((name) => {
    const service = services.find((one) => at(one, "metadata", "name") === name);
    const isEndpoint = membership(readyEndpoints(slicesOf(name, related)));
    const missing = pods.filter(
      (pod) =>
        isReady(pod) && (service === undefined || selects(at(service, "spec", "selector"), pod)) && !isEndpoint(pod),
    );
    return missing.map((pod) => ({
      code: "endpoints.missing",
      message: `Service "${name}" does not send requests to Pod "${asText(at(pod, "metadata", "name"))}" yet`,
      object: reference(pod),
      fatal: false,
    }));
  });
}
