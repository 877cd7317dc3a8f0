import { isRecord } from "../objects.ts";
import type { Resource } from "./resource.ts";

export type DiscoveryProblem = { groupVersion: string; reason: string };
export type DiscoveryAnswer = { resources: Resource[]; problems: DiscoveryProblem[] };

/** Reads an `APIGroupDiscoveryList` (v2 or v2beta1). Null when the server answered something older. */
export function readAggregated(document: unknown): DiscoveryAnswer | null {
  if (!isRecord(document) || document["kind"] !== "APIGroupDiscoveryList") return null;
  const resources: Resource[] = [];
  const problems: DiscoveryProblem[] = [];
  for (const group of records(document["items"])) {
    const name = text(isRecord(group["metadata"]) ? group["metadata"]["name"] : "");
    for (const version of records(group["versions"])) {
      const groupVersion = joinVersion(name, text(version["version"]));
      if (version["freshness"] === "Stale") {
        problems.push({ groupVersion, reason: "the server behind this aggregated API does not answer" });
      }
      resources.push(...records(version["resources"]).map((entry) => aggregatedResource(name, version, entry)));
    }
  }
  return { resources, problems };
}

function aggregatedResource(group: string, version: Record<string, unknown>, entry: Record<string, unknown>): Resource {
  const responseKind = isRecord(entry["responseKind"]) ? entry["responseKind"] : {};
  const plural = text(entry["resource"]);
  const kind = text(responseKind["kind"]);
  return {
    group,
    version: text(version["version"]),
    apiVersion: joinVersion(group, text(version["version"])),
    kind,
    plural,
    singular: text(entry["singularResource"]) || kind.toLowerCase(),
    shortNames: texts(entry["shortNames"]),
    categories: texts(entry["categories"]),
    namespaced: entry["scope"] === "Namespaced",
    verbs: texts(entry["verbs"]),
    subresources: records(entry["subresources"]).map((sub) => text(sub["subresource"])),
  };
}

/** Reads one `APIResourceList` of the older protocol: subresources are entries of their own there. */
export function readResourceList(groupVersion: string, document: unknown): Resource[] {
  const slash = groupVersion.indexOf("/");
  const group = slash === -1 ? "" : groupVersion.slice(0, slash);
  const version = groupVersion.slice(slash + 1);
  const entries = isRecord(document) ? records(document["resources"]) : [];
  const subresources = entries.map((entry) => text(entry["name"])).filter((name) => name.includes("/"));
  return entries
    .filter((entry) => !text(entry["name"]).includes("/"))
    .map((entry) => {
      const plural = text(entry["name"]);
      const kind = text(entry["kind"]);
      return {
        group,
        version,
        apiVersion: groupVersion,
        kind,
        plural,
        singular: text(entry["singularName"]) || kind.toLowerCase(),
        shortNames: texts(entry["shortNames"]),
        categories: texts(entry["categories"]),
        namespaced: entry["namespaced"] === true,
        verbs: texts(entry["verbs"]),
        subresources: subresources
          .filter((name) => name.startsWith(`${plural}/`))
          .map((name) => name.slice(plural.length + 1)),
      };
    });
}

/** The group versions of an `APIGroupList`, the preferred one of each group first. */
export function readGroupVersions(document: unknown): string[] {
  const groups = isRecord(document) ? records(document["groups"]) : [];
  return groups.flatMap((group) => {
    const preferred = isRecord(group["preferredVersion"]) ? text(group["preferredVersion"]["groupVersion"]) : "";
    const all = records(group["versions"]).map((version) => text(version["groupVersion"]));
    return [...new Set([preferred, ...all])].filter((entry) => entry !== "");
  });
}

function joinVersion(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
