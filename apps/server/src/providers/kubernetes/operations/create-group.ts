import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Operation, ServerGroupRef } from "../../port/api.ts";
import type { ClusterPort } from "../cluster-port.ts";
import { latestVersion } from "../manifest/version.ts";
import { childOf, fullName, nameOf } from "../manifest/manifest.ts";
import { neededFor, planDeploy, type World } from "../manifest/plan-deploy.ts";
import { asJson, asJsonOrNull, refOf } from "../stages/shared/cluster-task.ts";
import { send } from "../stages/shared/send.ts";
import { clusterProblems, readCluster } from "./cluster-document.ts";
import type { OperationStore } from "./operation-store.ts";

/**
 * Makes the next ReplicaSet of a cluster by Spinnaker's rules for manifests: versioned, bound, annotated, labelled, behind
 * its Services. Name and number are stored with the key before anything is sent, so that a creation that begins again
 * sends the same object.
 */
export async function createGroup(
  port: ClusterPort,
  store: OperationStore,
  { key, signal }: Operation,
  document: JsonObject,
): Promise<ServerGroupRef> {
  signal.throwIfAborted();
  const problems = clusterProblems(document);
  if (problems.length > 0)
    throw new GennakerError("invalid_request", `The cluster cannot be deployed: ${problems[0]?.reason}.`, { problems });
  const { account, region, cluster, request } = readCluster(document);
  const listed = (await port.list(account, "replicaSet", region, undefined, { signal })).map(asJson);
  const objects = new Map<string, JsonObject | null>();
  for (const at of neededFor(request).objects) {
    objects.set(`${at.kind} ${at.name}`, asJsonOrNull(await port.get(account, refOf(at), { signal })));
  }
  const world: World = {
    objects: () => listed,
    object: ({ kind, name }) => objects.get(`${kind} ${name}`) ?? null,
  };
  const creation = await store.reserve(
    key,
    { account, region, cluster },
    latestVersion(cluster, listed),
    (sequence) => {
      const [planned] = planDeploy({ ...request, fixedVersion: sequence }, world).manifests;
      if (planned === undefined) throw new Error("a plan of one manifest has one");
      return { name: fullName("replicaSet", nameOf(planned.manifest)), manifest: planned.manifest };
    },
  );
  if (creation.manifest !== null) {
    const planned = { manifest: creation.manifest, mode: "create" as const, forceConflicts: false, selected: true };
    await send(port, account, { ...planned, artifact: {}, replacedUid: null }, { signal });
    await store.done(key);
  }
  return { account, region, name: creation.name };
}

/** The cluster document with another capacity, as a resize leaves it; null where the object was made without one. */
export function resizedLaunch(launch: JsonObject | null, capacity: JsonObject): JsonObject | null {
  if (launch === null) return null;
  const copy = structuredClone(launch);
  Object.assign(childOf(copy, "capacity"), capacity);
  return copy;
}
