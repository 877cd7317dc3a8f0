import type { JsonObject } from "@gennaker/contract/json.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { dropManagedFields } from "@gennaker/kube-client/watch/transforms.ts";
import { spinnakerConditions } from "@gennaker/kube-health/spinnaker/spinnaker.ts";
import { withoutSecrets } from "./inventory/browse.ts";
import { monikerJson } from "./group-managers.ts";
import { fullName } from "./inventory/moniker.ts";
import { artifactsIn } from "./manifest/bind.ts";

/** An object as Clouddriver shows it: `GET /manifests/{account}/{location}/{name}`. A Secret's values stay hidden. */
export function manifestView(account: string, object: KubeObject, events: readonly KubeObject[]): JsonObject {
  const live = asJson(withoutSecrets(dropManagedFields(object)));
  return {
    account,
    name: fullName(object),
    location: object.metadata.namespace ?? "",
    moniker: monikerJson(object),
    manifest: live,
    status: statusOf(object),
    artifacts: artifactsIn(live),
    events: events.map((event) => asJson(dropManagedFields(event))),
    warnings: [],
    metrics: [],
  };
}

/** Clouddriver's four conditions. What it does not judge is stable and available as it is. */
function statusOf(object: KubeObject): JsonObject {
  const { stable, paused, available, failed } = spinnakerConditions(object) ?? unjudged;
  return { stable: { ...stable }, paused: { ...paused }, available: { ...available }, failed: { ...failed } };
}

const yes = { state: true, message: null };
const no = { state: false, message: null };
const unjudged = { stable: yes, paused: no, available: yes, failed: no };

function asJson(object: KubeObject): JsonObject {
  return structuredClone(object) as unknown as JsonObject;
}
