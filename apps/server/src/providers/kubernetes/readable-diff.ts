import { GennakerError } from "@gennaker/contract/errors.ts";
import type { KubernetesDiff } from "@gennaker/contract/resources/kubernetes-diff.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Handlers } from "../../platform/http/api.ts";
import { monikerOf } from "./inventory/moniker.ts";

/** A difference shows what is in the cluster, so it is told only to who may read the applications of that. */
export function readableDiff(handlers: Handlers): Handlers {
  const { diffKubernetesManifests: diff } = handlers;
  if (diff === undefined) return handlers;
  return {
    ...handlers,
    async diffKubernetesManifests(request) {
      const answer = (await diff(request)) as KubernetesDiff;
      const sees = await request.sees();
      for (const { before, kind, name } of answer.objects) {
        const application = before === null ? null : monikerOf(before as unknown as KubeObject).application;
        if (application === null || application === "" || sees(application)) continue;
        throw new GennakerError(
          "forbidden",
          `${kind} ${name} in ${request.params.account} belongs to the application ${application}, which you may not read.`,
        );
      }
      return answer;
    },
  };
}
