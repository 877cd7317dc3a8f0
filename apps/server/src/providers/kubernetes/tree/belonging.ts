import type { KubeObject, OwnerReference } from "@gennaker/kube-client/objects.ts";
import { labelledApplication, monikerOf } from "../inventory/moniker.ts";

/** Longer chains of owners than this are circles. */
const deepest = 8;

/** The object that an owner reference means; undefined where it is not held. Namespaces are those of what is owned. */
export type FindOwner = (owner: OwnerReference, namespace: string | undefined) => KubeObject | undefined;

/** The owner that counts: the controller, else the first. */
export function ownerOf({ metadata: { ownerReferences = [] } }: KubeObject): OwnerReference | undefined {
  return ownerReferences.find((each) => each.controller === true) ?? ownerReferences[0];
}

/**
 * The application that an object belongs to: what is written on it or on what owns it, annotations before labels, else
 * what its top owner is called. Pods and EndpointSlices have copies of labels, not of annotations, so owners are asked.
 */
export function applicationOf(object: KubeObject, find: FindOwner): string {
  const chain = [object];
  for (let owner = ownerOf(object); owner !== undefined && chain.length < deepest;) {
    const found = find(owner, object.metadata.namespace);
    if (found?.metadata.uid !== owner.uid) break;
    chain.push(found);
    owner = ownerOf(found);
  }
  return applicationOfChain(chain);
}

/** The same where owners are asked for one after the other; null ends the chain. */
export async function findApplication(
  object: KubeObject,
  find: (owner: OwnerReference) => Promise<KubeObject | null>,
): Promise<string> {
  const chain = [object];
  for (let owner = ownerOf(object); owner !== undefined && chain.length < deepest;) {
    const found = await find(owner);
    if (found === null || found.metadata.uid !== owner.uid) break;
    chain.push(found);
    owner = ownerOf(found);
  }
  return applicationOfChain(chain);
}

function applicationOfChain(chain: readonly KubeObject[]): string {
  const managed = chain.map(monikerOf).find((moniker) => moniker.managed)?.application;
  const labelled = chain.map(labelledApplication).findLast((label) => label !== undefined);
  const top = chain.at(-1);
  return (managed ?? labelled ?? (top === undefined ? "" : monikerOf(top).application)).toLowerCase();
}
