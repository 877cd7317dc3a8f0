import type { PipelineVersion } from "@gennaker/contract/resources/pipeline-version.ts";
import type { Look } from "../../ui/status/look.ts";

export type Change = NonNullable<PipelineVersion["changes"]>[number];
export type ChangeKind = "added" | "removed" | "changed";

export function kindOf(change: Change): ChangeKind {
  return !("before" in change) ? "added" : !("after" in change) ? "removed" : "changed";
}

export const changeLooks: Record<ChangeKind, Look> = {
  added: { tone: "ok", shape: "high" },
  removed: { tone: "bad", shape: "low" },
  changed: { tone: "run", shape: "half" },
};

/** A value as one reads it: texts as they are, everything else as JSON. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** A place in the document for people: `/stages/refId=2/waitTime` → `stages › refId=2 › waitTime`. */
export function placeText(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(" › ");
}
