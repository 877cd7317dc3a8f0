import { isRecord } from "@gennaker/kube-client/objects.ts";
import type { Transform } from "@gennaker/kube-client/watch/transforms.ts";

/**
 * Makes equal parts of different objects one object in memory: Pods of one ReplicaSet have the same containers,
 * tolerations, labels and owners. The pool forgets everything at `maxEntries`. Shared parts must never be changed.
 */
export function shareParts(maxEntries = 50_000): Transform {
  const pool = new Map<string, unknown>();

  function share(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const text = JSON.stringify(value);
    const known = pool.get(text);
    if (known !== undefined) return known;
    if (pool.size >= maxEntries) pool.clear();
    pool.set(text, value);
    return value;
  }

  function shareFields(holder: unknown): void {
    if (isRecord(holder)) for (const [name, value] of Object.entries(holder)) holder[name] = share(value);
  }

  return (object) => {
    shareFields(object.metadata);
    const spec = object["spec"];
    const template = isRecord(spec) ? spec["template"] : undefined;
    if (isRecord(spec) && isRecord(template)) {
      const { template: _apart, ...rest } = spec;
      shareFields(rest);
      shareFields(template["metadata"]);
      shareFields(template["spec"]);
      object["spec"] = { ...rest, template };
    } else shareFields(spec);
    return object;
  };
}
