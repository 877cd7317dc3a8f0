import { argocd } from "./argocd/argocd.ts";
import type { CelHealthRules } from "./cel-rules.ts";
import { argocdStates } from "./gennaker/custom.ts";
import { decide } from "./gennaker/judge.ts";
import { indexRelated, reference } from "./gennaker/related.ts";
import type { DecidedBy, Sign, State, Verdict } from "./gennaker/types.ts";
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
  readonly decidedBy?: DecidedBy;
};

export type JudgedHealth = HealthVerdict & { readonly decidedBy: DecidedBy };

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
  const { decidedBy: _rule, ...said } = decided(manifest, options);
  return said;
}

/**
 * A verdict in our own words by any mode's rules, with the rule that gave it. Users' rules go before every mode's; another
 * mode's verdict keeps our signs, which explain it but decide nothing. Where a mode has none (Argo CD on kinds without a
 * check), an object that exists is stable, as that tool shows it.
 */
export function judged(manifest: unknown, options: HealthOptions = {}): JudgedHealth {
  const own = decided(manifest, options);
  const { mode = "gennaker" } = options;
  if (mode === "gennaker" || own.decidedBy.source === "user") return own;
  const { status, message } = health(manifest, options);
  const state = status === null ? (mode === "kstatus" ? "unknown" : "stable") : (modeStates[mode][status] ?? "unknown");
  const signs = own.signs.map((sign) => ({ ...sign, fatal: sign.fatal && state === "failed" }));
  return { state, message: message || own.message, signs, decidedBy: { source: mode, rule: own.decidedBy.rule } };
}

/** The modes' spellings in our own words. */
const modeStates: Readonly<Record<Exclude<HealthMode, "gennaker">, Readonly<Record<string, State>>>> = {
  argocd: argocdStates,
  kstatus: {
    Current: "stable",
    InProgress: "progressing",
    Failed: "failed",
    Terminating: "progressing",
    NotFound: "unknown",
  },
  spinnaker: { stable: "stable", unstable: "progressing", failed: "failed", paused: "paused" },
};

function decided(manifest: unknown, options: Omit<HealthOptions, "mode">): JudgedHealth {
  const byUser = isObject(manifest) ? options.celRules?.judge(manifest) : undefined;
  if (byUser !== undefined)
    return {
      ...userVerdict(manifest, byUser.status, byUser.message),
      decidedBy: { source: "user", rule: byUser.rule },
    };
  const { verdict: said, decidedBy } = decide(manifest, {
    related: indexRelated(options.related ?? []),
    now: options.now ?? Date.now(),
    schedulingGraceMs: options.schedulingGraceMs ?? defaultGraceMs,
  });
  return { ...said, decidedBy };
}

function userVerdict(manifest: unknown, state: State, message: string): Verdict {
  const sign: Sign = { code: "rule.user", message, object: reference(manifest), fatal: state === "failed" };
  return verdictOf(state, message, [sign]);
}
