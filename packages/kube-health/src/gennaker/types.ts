import type { JsonObject } from "../json.ts";

/**
 * Our own states. `stable`: what was asked for is there and serves; `progressing`: on its way, or waiting for something;
 * `failed`: it will not get there by waiting; `paused`: held on purpose; `unknown`: nothing can be said.
 */
export type State = "stable" | "progressing" | "failed" | "paused" | "unknown";

export type ObjectReference = { readonly kind: string; readonly name: string; readonly namespace?: string };

/**
 * One thing seen on the object or on what belongs to it, in words. `code` is `area.what` (see the README); `fatal` signs make
 * a progressing object failed, the others explain why it takes time.
 */
export type Sign = {
  readonly code: string;
  readonly message: string;
  readonly object: ObjectReference;
  readonly fatal: boolean;
};

/** Which rule said it. `user`: the number of one's own rule; `check`: an operator's; the tools' names: another mode's rules. */
export type DecidedBy = {
  readonly source:
    | "user"
    | "deletion"
    | "generation"
    | "kind"
    | "check"
    | "conventions"
    | "spinnaker"
    | "argocd"
    | "kstatus";
  readonly rule: string;
};

export type Verdict = { readonly state: State; readonly message: string; readonly signs: readonly Sign[] };

export const verdictOf = (state: State, message: string, signs: readonly Sign[] = []): Verdict => ({
  state,
  message,
  signs,
});

/** One thing that a status says. */
export type Said = { readonly state: State; readonly message: string };

/** What is around an object, sorted once, so that a workload of a thousand Pods is judged in linear time. */
export type Related = {
  /** By kind. */
  readonly objects: ReadonlyMap<string, readonly JsonObject[]>;
  /** By `Kind/name` of the object they are about. */
  readonly events: ReadonlyMap<string, readonly JsonObject[]>;
};

/** What a rule for a kind gets to see. `now` in epoch milliseconds. */
export type Surroundings = {
  readonly related: Related;
  readonly now: number;
  /** How long an unschedulable Pod counts as waiting; milliseconds. */
  readonly schedulingGraceMs: number;
};

export type Rule = (manifest: unknown, around: Surroundings) => Verdict;
