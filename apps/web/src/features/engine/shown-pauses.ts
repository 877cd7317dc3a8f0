import type { PauseState } from "@gennaker/contract/resources/engine.ts";

type Pause = PauseState["pauses"][number];

/** What a page shows in full (the engine's pause, and its own application's), and the names of the others. */
export function shownPauses(pauses: readonly Pause[], application: string | null): { full: Pause[]; others: string[] } {
  const own = application?.toLowerCase() ?? null;
  const isFull = (pause: Pause): boolean => pause.application === null || pause.application === own;
  return {
    full: pauses.filter(isFull).toSorted((a, b) => Number(a.application !== null) - Number(b.application !== null)),
    others: pauses
      .flatMap((pause) => (isFull(pause) || pause.application === null ? [] : [pause.application]))
      .toSorted(),
  };
}
