import { undoRolloutManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import { namespaceOf } from "../../manifest/manifest.ts";
import type { Revision } from "../../manifest/rollout.ts";
import { chooseRevision, historyKind, revisionsOf, undoPatch } from "../../manifest/rollout.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import type { Change } from "../shared/change.ts";
import { changeTarget, requireAbility } from "../shared/change.ts";
import { asJson, byRule, refOf } from "../shared/cluster-task.ts";
import { waitForStable } from "../shared/stable.ts";
import { resolveTarget } from "../shared/target.ts";

type Deps = Pick<KubernetesStageDeps, "cluster">;

/** The context key of the revision that is brought back. */
const revisionKey = "kubernetes.revision";

/** Brings an earlier revision of a workload back and waits until it is stable. */
export function undoRolloutManifestStage(deps: Deps): StageType {
  return {
    type: "undoRolloutManifest",
    description: "Brings an earlier revision of a workload back",
    validate: rulesFor("undoRolloutManifest").validate,
    tasks: () => [
      resolveTarget(deps),
      // Chosen once and written down: after the rollback the count would mean another one.
      changeTarget(deps, "chooseRevision", async (change) => {
        const { numRevisionsBack, revision } = fieldsOf(undoRolloutManifestSchema, change.context.stage);
        const revisions = await revisionsFor(deps, change);
        const wanted = {
          ...(numRevisionsBack === undefined ? {} : { numRevisionsBack }),
          ...(revision === undefined ? {} : { revision }),
        };
        return { [revisionKey]: byRule(() => chooseRevision(revisions, wanted)).number };
      }),
      changeTarget(deps, "undoRolloutManifest", async (change) => {
        const { account, target, live, context } = change;
        const number = Number(context.stage.context[revisionKey]);
        const chosen = (await revisionsFor(deps, change)).find((revision) => revision.number === number);
        // A deployment's revision gets a new number when it is brought back: an earlier try has done it.
        const undo = chosen === undefined ? null : byRule(() => undoPatch(live, chosen));
        if (undo !== null)
          await deps.cluster.patch(account, refOf(target), undo.patch, undo.type, { signal: context.signal });
      }),
      waitForStable(deps),
    ],
  };
}

async function revisionsFor({ cluster }: Deps, { account, target, live, context }: Change): Promise<Revision[]> {
  requireAbility(target.kind, "undo", "rolled back");
  const namespace = namespaceOf(live);
  const options = { signal: context.signal };
  const history = await cluster.list(
    account,
    historyKind(target.kind),
    namespace === "" ? null : namespace,
    undefined,
    options,
  );
  return revisionsOf(live, history.map(asJson));
}
