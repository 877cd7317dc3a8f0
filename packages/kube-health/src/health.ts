import { argocd } from "./argocd/argocd.ts";
import type { CelHealthRules } from "./cel-rules.ts";
import { judge } from "./gennaker/judge.ts";
import { indexRelated, reference } from "./gennaker/related.ts";
import type { Sign, State, Verdict } from "./gennaker/types.ts";
import { verdictOf } from "./gennaker/types.ts";
import { isObject } from "./json.ts";
import { kstatus } from "./kstatus/kstatus.ts";
import { spinnaker } from "./spinnaker/spinnaker.ts";

/** Whose rules judge: ours, or another tool's in its own spelling. */
export type HealthMode = "gennaker" | "spinnaker" | "argocd" | "kstatus";

export const healthModes: readonly HealthMode[] = ["gennaker", "spinnaker", "argocd", "kstatus"];

export type HealthOptions = {
  /** Default `gennaker`. */
  readonly mode?: HealthMode;
  /** Pods, ReplicaSets, Events, EndpointSlices, Services, claims and Jobs around the object; only mode `gennaker` reads them. */
  readonly related?: readonly unknown[];
  /** Users' rules; they go before our own, in mode `gennaker`. */
  readonly celRules?: CelHealthRules;
  /** Epoch milliseconds; default the clock. */
  readonly now?: number;
  /** How long an unschedulable Pod counts as waiting in mode `gennaker`; milliseconds, default a minute. */
  readonly schedulingGraceMs?: number;
};

/** `status` in the mode's own spelling, null where the mode has no verdict; `reasons` are the signs in words. */
export type Health = { readonly status: string | null; readonly message: string; readonly reasons?: readonly string[] };

export type HealthVerdict = {
  readonly state: State;
  readonly message: string;
  readonly signs: readonly Sign[];
};

const defaultGraceMs = 60_000;

/** The health of one manifest as it is in the cluster. Any JSON is accepted; never throws. */
export function health(manifest: unknown, options: HealthOptions = {}): Health {
  switch (options.mode ?? "gennaker") {
    case "argocd":
      return argocd(manifest) ?? { status: null, message: "" };
    case "kstatus": {
      const { status, message } = kstatus(manifest, options.now);
      return { status, message };
    }
    case "spinnaker":
      return spinnaker(manifest) ?? { status: null, message: "" };
    case "gennaker": {
      const { state, message, signs } = verdict(manifest, options);
      return { status: state === "unknown" ? null : state, message, reasons: signs.map((sign) => sign.message) };
    }
  }
}

/** Our own verdict with its signs, for programs: what `health` says in mode `gennaker`, unabridged. */
export function verdict(manifest: unknown, options: Omit<HealthOptions, "mode"> = {}): HealthVerdict {
  const byUser = isObject(manifest) ? options.celRules?.judge(manifest) : undefined;
  if (byUser !== undefined) return userVerdict(manifest, byUser.status, byUser.message);
  return judge(manifest, {
    related: indexRelated(options.related ?? []),
    now: options.now ?? Date.now(),
    schedulingGraceMs: options.schedulingGraceMs ?? defaultGraceMs,
  });
}

function userVerdict(manifest: unknown, state: State, message: string): Verdict {
  const sign: Sign = { code: "rule.user", message, object: reference(manifest), fatal: state === "failed" };
  return verdictOf(state, message, [sign]);
}
