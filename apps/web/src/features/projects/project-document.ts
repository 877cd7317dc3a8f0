import type { Cluster } from "@gennaker/contract/resources/cluster.ts";
import type { Project } from "@gennaker/contract/resources/project.ts";

/** One entry of a project's `config.clusters`: which clusters are shown; `*` or nothing stands for any. */
export type ClusterFilter = {
  account: string;
  stack: string;
  detail: string;
  applications: string[] | null;
  /** The entry as it was saved, for the fields that nobody here knows. */
  saved: Record<string, unknown>;
};
export type ProjectForm = {
  name: string;
  email: string;
  applications: string[];
  pipelineIds: string[];
  clusters: ClusterFilter[];
};

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The project's entries for clusters, in Spinnaker's fields. */
export function clusterFilters(document: Record<string, unknown>): ClusterFilter[] {
  return listOf(recordOf(document["config"])["clusters"]).map((entry) => {
    const saved = recordOf(entry);
    const { account, stack, detail, applications } = saved;
    const names = listOf(applications).filter((each): each is string => typeof each === "string");
    return {
      account: textOf(account),
      stack: textOf(stack),
      detail: textOf(detail),
      applications: Array.isArray(applications) ? names : null,
      saved,
    };
  });
}

export function formOf(project: Project | null): ProjectForm {
  return {
    name: project?.name ?? "",
    email: project?.email ?? "",
    applications: project?.applications ?? [],
    pipelineIds: project?.pipelineIds ?? [],
    clusters: project ? clusterFilters(project.document) : [],
  };
}

/** The document to save: what the form does not know stays as it was, entry by entry. */
export function documentOf(
  form: ProjectForm,
  project: Project | null,
  applicationOf: (pipeline: string) => string | null,
): Record<string, unknown> & { name: string } {
  const config = recordOf(project?.document["config"]);
  const before = listOf(config["pipelineConfigs"]).map(recordOf);
  return {
    ...project?.document,
    ...(project ? { id: project.id } : {}),
    name: form.name.trim(),
    email: form.email.trim() === "" ? null : form.email.trim(),
    config: {
      ...config,
      applications: form.applications,
      pipelineConfigs: form.pipelineIds.map(
        (id) =>
          before.find((each) => each["pipelineConfigId"] === id) ?? {
            application: applicationOf(id),
            pipelineConfigId: id,
          },
      ),
      clusters: form.clusters.map(({ saved, ...each }) => ({ ...saved, ...each })),
    },
  };
}

const fits = (wanted: string, value: string): boolean => wanted === "*" || wanted === value;

/** Stack and detail of a cluster's name: `shop-prod-canary` of `shop` → prod, canary. */
function partsOf(cluster: Pick<Cluster, "name" | "application">): { stack: string; detail: string } {
  const rest = cluster.name.toLowerCase().startsWith(`${cluster.application.toLowerCase()}-`)
    ? cluster.name.slice(cluster.application.length + 1)
    : "";
  const [stack = "", ...detail] = rest.split("-");
  return { stack, detail: detail.join("-") };
}

/** Those clusters of an application that a project shows; without any entry, all of them. */
export function shownClusters<C extends Pick<Cluster, "name" | "application" | "account">>(
  clusters: readonly C[],
  filters: readonly ClusterFilter[],
): C[] {
  if (filters.length === 0) return [...clusters];
  return clusters.filter((cluster) => {
    const { stack, detail } = partsOf(cluster);
    return filters.some(
      (filter) =>
        (filter.applications === null ||
          filter.applications.length === 0 ||
          filter.applications.includes(cluster.application)) &&
        (filter.account === "" || fits(filter.account, cluster.account)) &&
        fits(filter.stack, stack) &&
        fits(filter.detail, detail),
    );
  });
}
