import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { CelHealthRules } from "@gennaker/kube-health/cel-rules.ts";
import { judged, type JudgedHealth } from "@gennaker/kube-health/health.ts";
import { monikerOf } from "../inventory/moniker.ts";
import type { HealthSettings } from "./settings.ts";

/** The health of an object with what is around it, by the rules of its application, its account and the installation. */
export type Judge = (object: KubeObject, around?: { related?: readonly KubeObject[] }) => JudgedHealth;

/** Rules that are ready to run. */
export type PreparedHealth = { mode: HealthSettings["mode"]; rules: CelHealthRules | null };

/** By our own rules only. */
export const plainJudge: Judge = (object, around = {}) => judged(object, around);

/** Compiles settings; the library of CEL is loaded with the first rule. Throws `CelHealthRuleError` for one that cannot be used. */
export async function prepareHealth({ mode, rules }: HealthSettings): Promise<PreparedHealth> {
  if (rules.length === 0) return { mode, rules: null };
  const { createCelHealthRules } = await import("@gennaker/kube-health/cel-rules.ts");
  return { mode, rules: createCelHealthRules(rules) };
}

/** The first of `layers`, the narrowest first, that says something answers; an application's own go before all of them. */
export function createJudge(
  layers: readonly PreparedHealth[],
  ofApplication: (application: string) => PreparedHealth | null,
): Judge {
  return (object, around = {}) => {
    const own = ofApplication(monikerOf(object).application);
    const all = own === null ? layers : [own, ...layers];
    const mode = all.find((layer) => layer.mode !== undefined)?.mode ?? "gennaker";
    const celRules: CelHealthRules = {
      judge(manifest) {
        for (const { rules } of all) {
          const answer = rules?.judge(manifest);
          if (answer !== undefined) return answer;
        }
        return undefined;
      },
    };
    return judged(object, { ...around, mode, celRules });
  };
}
