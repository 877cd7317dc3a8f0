/** A kind as the API server serves it. */
export type Resource = {
  /** Empty for the core group. */
  group: string;
  version: string;
  apiVersion: string;
  kind: string;
  /** The word in its address: `deployments`. */
  plural: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  verbs: readonly string[];
  /** `status`, `scale`, `eviction` … */
  subresources: readonly string[];
};

/** `deployments.apps`, `pods`: the name people and metrics use. */
export function resourceName(resource: Pick<Resource, "group" | "plural">): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** The address of a collection, or of one object and its subresource. Every part is escaped. */
export function resourcePath(
  resource: Pick<Resource, "group" | "version" | "plural" | "namespaced">,
  at: { namespace?: string | undefined; name?: string | undefined; subresource?: string | undefined },
): string {
  const root = resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const inNamespace = resource.namespaced && at.namespace !== undefined && at.namespace !== "";
  const parts = [
    ...(inNamespace ? ["namespaces", at.namespace] : []),
    resource.plural,
    ...(at.name === undefined ? [] : [at.name]),
    ...(at.subresource === undefined ? [] : [at.subresource]),
  ];
  return `${root}/${parts.map((part) => encodeURIComponent(part ?? "")).join("/")}`;
}
