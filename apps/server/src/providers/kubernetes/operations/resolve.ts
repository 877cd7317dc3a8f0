import type { KubeClient } from "@gennaker/kube-client/client.ts";
import type { ObjectRef } from "@gennaker/kube-client/objects.ts";
import type { Resource } from "@gennaker/kube-client/resources/resource.ts";
import { checkScope } from "../accounts/scope.ts";
import type { ManifestRef } from "../cluster-port.ts";
import type { KubernetesAccountSettings } from "../settings.ts";

/** How the cluster serves a kind, by an exact version where one is named. Throws `UnknownKind`. */
export function resolveKind(client: KubeClient, kind: string, apiVersion?: string): Promise<Resource> {
  // Manifests name kinds as the server does, people and pipelines in many ways.
  return apiVersion === undefined ? client.discovery.find(kind) : client.discovery.resolve({ apiVersion, kind });
}

/** The exact address of an object; throws for what the account's configuration excludes. */
export async function resolveRef(
  client: KubeClient,
  settings: KubernetesAccountSettings,
  ref: ManifestRef,
): Promise<ObjectRef> {
  const resource = await resolveKind(client, ref.kind, ref.apiVersion);
  const namespace = namespaceOf(client, resource, ref.namespace);
  checkScope(settings, resource, namespace ?? null);
  const { apiVersion, kind } = resource;
  return { apiVersion, kind, name: ref.name, ...(namespace === undefined ? {} : { namespace }) };
}

/** The namespace that is meant: none for cluster-wide kinds, the connection's own where none is named. */
export function namespaceOf(
  client: KubeClient,
  resource: Pick<Resource, "namespaced">,
  namespace: string | undefined,
): string | undefined {
  if (!resource.namespaced) return undefined;
  return namespace === undefined || namespace === "" ? client.connection.namespace : namespace;
}
