import type { FakeKind, Json } from "./types.ts";
import { apiVersionOf } from "./types.ts";

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** The answer of `/api` and `/apis` to clients that know aggregated discovery. */
export function aggregatedDiscovery(kinds: readonly FakeKind[], core: boolean): Json {
  const mine = kinds.filter((kind) => (kind.group === "") === core);
  const groups = Map.groupBy(mine, (kind) => kind.group);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: [...groups].map(([group, members]) => ({
      metadata: group === "" ? {} : { name: group },
      versions: [...Map.groupBy(members, (kind) => kind.version)].map(([version, entries]) => ({
        version,
        freshness: "Current",
        resources: entries.map((kind) => ({
          resource: kind.plural,
          responseKind: { group: kind.group, version, kind: kind.kind },
          scope: kind.namespaced ? "Namespaced" : "Cluster",
          singularResource: kind.kind.toLowerCase(),
          verbs,
          shortNames: kind.shortNames,
          subresources: kind.subresources.map((subresource) => ({ subresource, verbs: ["get", "patch", "update"] })),
        })),
      })),
    })),
  };
}

export function groupList(kinds: readonly FakeKind[]): Json {
  const groups = Map.groupBy(
    kinds.filter((kind) => kind.group !== ""),
    (kind) => kind.group,
  );
  return {
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: [...groups].map(([name, members]) => {
      const versions = [...new Set(members.map(apiVersionOf))].map((groupVersion) => ({
        groupVersion,
        version: groupVersion.split("/")[1],
      }));
      return { name, versions, preferredVersion: versions[0] };
    }),
  };
}

export function resourceList(kinds: readonly FakeKind[], groupVersion: string): Json {
  const mine = kinds.filter((kind) => apiVersionOf(kind) === groupVersion);
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion,
    resources: mine.flatMap((kind) => [
      {
        name: kind.plural,
        singularName: kind.kind.toLowerCase(),
        namespaced: kind.namespaced,
        kind: kind.kind,
        verbs,
        shortNames: kind.shortNames,
      },
      ...kind.subresources.map((sub) => ({
        name: `${kind.plural}/${sub}`,
        singularName: "",
        namespaced: kind.namespaced,
        kind: kind.kind,
        verbs: ["get", "patch", "update"],
      })),
    ]),
  };
}
