import type { KubeClient } from "@gennaker/kube-client/client.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { record } from "../inventory/related.ts";
import type { ManifestEvent } from "../cluster-port.ts";

const eventKind = { apiVersion: "v1", kind: "Event" };

/** The events about an object, as objects. Empty where the login may not read them: they only add words. */
export async function eventsAbout(client: KubeClient, object: KubeObject, signal?: AbortSignal): Promise<KubeObject[]> {
  const { uid, namespace } = object.metadata;
  if (uid === undefined) return [];
  try {
    const found = await client.list(eventKind, {
      // Events about cluster-wide objects lie in the namespace `default`.
      namespace: namespace ?? "default",
      fieldSelector: `involvedObject.uid=${uid}`,
      signal,
      retries: 0,
    });
    return found.items;
  } catch {
    signal?.throwIfAborted();
    return [];
  }
}

/** Newest first. */
export function toManifestEvents(events: readonly KubeObject[]): ManifestEvent[] {
  return events.map(toManifestEvent).toSorted((a, b) => (b.lastAt ?? "").localeCompare(a.lastAt ?? ""));
}

function toManifestEvent(event: KubeObject): ManifestEvent {
  const series = record(event["series"]);
  const first = iso(event["firstTimestamp"]) ?? iso(event["eventTime"]) ?? iso(event.metadata.creationTimestamp);
  return {
    type: String(event["type"] ?? ""),
    reason: String(event["reason"] ?? ""),
    message: String(event["message"] ?? ""),
    count: Number(event["count"] ?? series["count"] ?? 1),
    firstAt: first,
    lastAt: iso(series["lastObservedTime"]) ?? iso(event["lastTimestamp"]) ?? first,
  };
}

function iso(value: unknown): string | null {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
