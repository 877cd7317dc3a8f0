import { asText, at, isObject, objectsOf, textAt } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { ObjectReference, Related } from "./types.ts";

/** Sorts what is around an object; what is no object is left out. */
export function indexRelated(list: readonly unknown[]): Related {
  const known = list.filter(isObject);
  return {
    objects: Map.groupBy(known, (one) => asText(one["kind"])),
    events: Map.groupBy(
      known.filter((one) => one["kind"] === "Event"),
      (event) => {
        const about = subjectOf(event);
        return `${textAt(about, "kind")}/${textAt(about, "name")}`;
      },
    ),
  };
}

/** The object an event is about, in both event APIs. */
const subjectOf = (event: JsonObject): unknown => event["involvedObject"] ?? event["regarding"];

export const ofKind = (related: Related, kind: string): readonly JsonObject[] => related.objects.get(kind) ?? [];

export function reference(manifest: unknown): ObjectReference {
  const namespace = textAt(manifest, "metadata", "namespace");
  return {
    kind: textAt(manifest, "kind"),
    name: textAt(manifest, "metadata", "name"),
    ...(namespace === "" ? {} : { namespace }),
  };
}

/** Whether `owner` is an owner of `manifest`: by uid where both are known, else by kind and name. */
export function owns(owner: unknown, manifest: unknown): boolean {
  const uid = textAt(owner, "metadata", "uid");
  return objectsOf(at(manifest, "metadata", "ownerReferences")).some((one) => {
    const ownerUid = asText(one["uid"]);
    if (uid !== "" && ownerUid !== "") return uid === ownerUid;
    return one["kind"] === at(owner, "kind") && one["name"] === at(owner, "metadata", "name");
  });
}

/** Whether the `matchLabels` of a workload's selector, or the labels of a Service's, are all on the object. */
export function selects(labels: unknown, manifest: unknown): boolean {
  const wanted = isObject(labels) ? Object.entries(labels) : [];
  return wanted.length > 0 && wanted.every(([key, value]) => at(manifest, "metadata", "labels", key) === value);
}

/** The Pods of a workload among the related objects: those it owns, or else, where no Pod names an owner, those it selects. */
export function podsOf(workload: unknown, related: Related): JsonObject[] {
  const namespace = at(workload, "metadata", "namespace");
  const pods = ofKind(related, "Pod").filter((pod) => {
    const own = at(pod, "metadata", "namespace");
    return namespace === undefined || own === undefined || own === namespace;
  });
  return pods.filter((pod) => {
    const owned = objectsOf(at(pod, "metadata", "ownerReferences")).length > 0;
    return owned ? owns(workload, pod) : selects(at(workload, "spec", "selector", "matchLabels"), pod);
  });
}

/** The events about an object: by uid where both are known, else by kind and name. */
export function eventsAbout(manifest: unknown, related: Related): JsonObject[] {
  const { kind, name } = reference(manifest);
  const uid = textAt(manifest, "metadata", "uid");
  return (related.events.get(`${kind}/${name}`) ?? []).filter((event) => {
    const stated = textAt(subjectOf(event), "uid");
    return uid === "" || stated === "" || uid === stated;
  });
}

/** The warnings about an object, newest first. */
export function warningsAbout(manifest: unknown, related: Related): { reason: string; message: string }[] {
  return eventsAbout(manifest, related)
    .filter((event) => event["type"] === undefined || event["type"] === "Warning")
    .map((event) => ({ event, time: timeOf(event) }))
    .toSorted((a, b) => b.time - a.time)
    .map(({ event }) => ({
      reason: textAt(event, "reason"),
      message: textAt(event, "message") || textAt(event, "note"),
    }));
}

function timeOf(event: JsonObject): number {
  const stated = [
    at(event, "series", "lastObservedTime"),
    event["lastTimestamp"],
    event["eventTime"],
    event["deprecatedLastTimestamp"],
    event["firstTimestamp"],
    at(event, "metadata", "creationTimestamp"),
  ];
  for (const text of stated) {
    const time = Date.parse(asText(text));
    if (!Number.isNaN(time)) return time;
  }
  return 0;
}
