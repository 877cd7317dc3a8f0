import type { KubernetesHealth } from "@gennaker/contract/resources/kubernetes-health.ts";
import type { JudgedHealth } from "@gennaker/kube-health/health.ts";

/** A verdict as the API gives it. */
export function toHealth({ state, message, signs, decidedBy }: JudgedHealth): KubernetesHealth {
  return {
    state,
    message,
    signs: signs.map((each) => ({ ...each, object: { ...each.object } })),
    decidedBy: { ...decidedBy },
  };
}
