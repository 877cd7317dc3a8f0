import type { z } from "zod";
import { deleteManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { StageView, TaskDefinition } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import type { DeleteOptions } from "../../cluster-port.ts";
import type { Coordinates } from "../../manifest/manifest.ts";
import { fullName, nameOf, namespaceOf, uidOf } from "../../manifest/manifest.ts";
import { selectorText } from "../../manifest/selector.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { accountOf, asJson, asJsonOrNull, onCluster, refOf } from "../shared/cluster-task.ts";
import { selectorsOf } from "../shared/label-selectors.ts";
import { inWords, locationOf, targetOf } from "../shared/target.ts";
import { objects } from "@gennaker/pipeline-model/artifacts/resolve.ts";
import { kindNamed } from "../../manifest/kinds.ts";

type Fields = z.output<typeof deleteManifestSchema>;
type Deps = Pick<KubernetesStageDeps, "cluster">;

/** The context key of what is deleted: coordinates and uid of each object. */
const doomedKey = "kubernetes.deleting";

/** Finds what is to be deleted, once, so that a second try deletes nothing that came after. */
export function findDoomed(deps: Deps): TaskDefinition {
  return {
    name: "findManifests",
    async run({ stage, signal }) {
      const account = accountOf(deps.cluster, stage);
      const fields = fieldsOf(deleteManifestSchema, stage);
      const found: (Coordinates & { uid: string })[] = [];
      if ((fields.manifestName ?? "").trim() === "") {
        found.push(...(await byLabels(deps, account, fields, signal)));
      } else {
        const target = targetOf(stage);
        const object = asJsonOrNull(
          await onCluster(`Reading ${inWords(target, account)}`, () =>
            deps.cluster.get(account, refOf(target), { signal }),
          ),
        );
        // As Spinnaker: what is gone already is no error.
        if (object !== null) found.push({ ...target, uid: uidOf(object) });
      }
      return { status: "SUCCEEDED", context: { [doomedKey]: found } };
    },
  };
}

/** Deletes what was found and waits until it is gone. */
export function deleteFound(deps: Deps): TaskDefinition {
  return {
    name: "deleteManifest",
    async run({ stage, signal }) {
      const account = accountOf(deps.cluster, stage);
      const options = deleteOptions(fieldsOf(deleteManifestSchema, stage).options);
      const doomed = found(stage);
      const left: string[] = [];
      for (const { uid, ...target } of doomed) {
        const words = inWords(target, account);
        const ref = refOf(target);
        const live = await onCluster(`Reading ${words}`, () => deps.cluster.get(account, ref, { signal }));
        if (live === null || uidOf(asJson(live)) !== uid) continue;
        if (live.metadata.deletionTimestamp === undefined)
          await onCluster(`Deleting ${words}`, () => deps.cluster.delete(account, ref, { ...options, signal }));
        const after = await onCluster(`Reading ${words}`, () => deps.cluster.get(account, ref, { signal }));
        if (after !== null && uidOf(asJson(after)) === uid) {
          const finalizers = after.metadata.finalizers ?? [];
          left.push(finalizers.length === 0 ? words : `${words} (held by ${finalizers.join(", ")})`);
        }
      }
      if (left.length > 0)
        return {
          status: "RUNNING",
          retryAfterMs: 1000,
          wakeOn: [`account:${account}`],
          waiting: { code: "manifest.deleting", message: `Waits for ${left.slice(0, 3).join("; ")} to be gone` },
        };
      const names: Record<string, string[]> = {};
      for (const { kind, namespace, name } of doomed) (names[namespace] ??= []).push(fullName(kind, name));
      const outputs = { "outputs.manifestNamesByNamespace": names };
      return { status: "SUCCEEDED", context: { "deploy.account.name": account, ...outputs }, outputs };
    },
  };
}

async function byLabels(deps: Deps, account: string, fields: Fields, signal: AbortSignal) {
  const selectors = selectorsOf(fields.labelSelectors);
  const kinds = fields.kinds ?? [];
  if (kinds.length === 0)
    throw new TaskError(
      "manifest.target",
      "The stage names nothing to delete. Give it manifestName, criteria, or kinds with label selectors.",
    );
  if (selectors.length === 0)
    throw new TaskError(
      "manifest.selector",
      `The stage would delete every ${kinds.join(", ")} there is: it has no label selectors. Give it at least one condition other than ANY.`,
    );
  const location = locationOf(fields.location);
  const found: (Coordinates & { uid: string })[] = [];
  for (const kind of kinds) {
    const listed = await onCluster(`Listing ${kind} in ${account}/${location}`, () =>
      deps.cluster.list(account, kind, location === "" ? null : location, selectorText(selectors), { signal }),
    );
    found.push(
      ...listed.map(asJson).map((object) => ({
        kind: kindNamed(kind),
        namespace: namespaceOf(object),
        name: nameOf(object),
        uid: uidOf(object),
      })),
    );
  }
  return found;
}

const found = (stage: StageView): (Coordinates & { uid: string })[] =>
  objects(stage.context[doomedKey]).map(({ kind, namespace, name, uid }) => ({
    kind: String(kind),
    namespace: String(namespace),
    name: String(name),
    uid: String(uid),
  }));

/** `orphanDependents` goes before `cascading`; a grace period that is no whole number is left to the object. */
export function deleteOptions(given: Fields["options"]): DeleteOptions {
  const { orphanDependents, cascading, gracePeriodSeconds } = given ?? {};
  const grace = /^\d{1,9}$/.test(gracePeriodSeconds ?? "") ? { gracePeriod: Number(gracePeriodSeconds) } : {};
  if (orphanDependents !== undefined) return { ...grace, cascade: orphanDependents.toLowerCase() !== "true" };
  if (cascading === undefined || cascading === "") return grace;
  const word = cascading.toLowerCase();
  if (word === "false" || word === "orphan") return { ...grace, cascade: false };
  if (word === "true") return { ...grace, cascade: "background" };
  if (word === "background" || word === "foreground") return { ...grace, cascade: word };
  throw new TaskError(
    "manifest.cascading",
    `options.cascading is "${cascading}". Known are true, false, background, foreground and orphan.`,
  );
}
