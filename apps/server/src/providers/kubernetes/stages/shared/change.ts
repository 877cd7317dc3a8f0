import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { TaskContext, TaskDefinition } from "../../../../engine/api.ts";
import { can, isNative, kindNamed } from "../../manifest/kinds.ts";
import type { Ability } from "../../manifest/kinds.ts";
import type { Coordinates } from "../../manifest/manifest.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { accountOf, asJson, onCluster, refOf } from "./cluster-task.ts";
import { nothingWaitedFor } from "./stable.ts";
import { inWords, targetOf, updateOutputs } from "./target.ts";

export type Change = { account: string; target: Coordinates; live: JsonObject; words: string; context: TaskContext };

/** A task that reads the stage's object, changes it, and notes it as the one to wait for. What `change` gives joins the context. */
export function changeTarget(
  { cluster }: Pick<KubernetesStageDeps, "cluster">,
  name: string,
  change: (change: Change) => Promise<JsonObject | void>,
): TaskDefinition {
  return {
    name,
    async run(context) {
      const account = accountOf(cluster, context.stage);
      const target = targetOf(context.stage);
      const words = inWords(target, account);
      const live = await onCluster(`Reading ${words}`, () =>
        cluster.get(account, refOf(target), { signal: context.signal }),
      );
      if (live === null)
        throw new TaskError("manifest.missing", `There is no ${words}. Check the stage's manifestName and location.`);
      const more = await onCluster(
        `${name} of ${words}`,
        () => change({ account, target, live: asJson(live), words, context }),
        context,
      );
      const outputs = updateOutputs(account, target);
      return {
        status: "SUCCEEDED",
        context: { ...outputs, ...nothingWaitedFor, ...more },
        outputs: { ...outputs, ...more },
      };
    },
  };
}

/** Refuses kinds of Kubernetes' own that Spinnaker cannot do this with; custom kinds are tried. */
export function requireAbility(kind: string, ability: Ability, words: string): void {
  if (can(kind, ability) || !isNative(kind)) return;
  throw new TaskError("manifest.unable", `A ${kindNamed(kind)} cannot be ${words}. Correct the stage's target.`);
}
