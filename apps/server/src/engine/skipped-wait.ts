import type { TaskContext } from "./api.ts";

/** Has somebody patched a waiting stage so that it goes on? The text of true counts as well, as in Orca. */
export function isSkipped({ stage }: TaskContext): boolean {
  return String(stage.context["skipRemainingWait"]).toLowerCase() === "true";
}
