import type { LiveEvent } from "@gennaker/contract/resources/system.ts";

/** First parts of the cache's keys. A key is `[kind, …which]`; invalidating a prefix reaches everything below it. */
export const keys = {
  system: ["system"] as const,
  accounts: ["accounts"] as const,
  applications: ["applications"] as const,
  application: (name: string) => ["applications", name] as const,
  pipelines: (application: string) => ["pipelines", application] as const,
  pipeline: (id: string) => ["pipeline", id] as const,
  executions: (application: string) => ["executions", application] as const,
  execution: (id: string) => ["execution", id] as const,
  canaryRuns: (execution: string) => ["canary-runs", execution] as const,
  clusters: (application: string) => ["clusters", application] as const,
  loadBalancers: (application: string) => ["load-balancers", application] as const,
  canaryConfigs: ["canary-configs"] as const,
  pauses: ["pauses"] as const,
  freezes: ["freezes"] as const,
  held: ["held"] as const,
  projects: ["projects"] as const,
  versions: (pipeline: string) => ["versions", pipeline] as const,
  readiness: ["readiness"] as const,
  imports: ["imports"] as const,
  audit: ["audit"] as const,
  access: ["access"] as const,
  kubernetesObject: (id: string) => ["kubernetes-object", id] as const,
  retention: (application: string) => ["retention", application] as const,
};

export type Key = readonly string[];

/** Which cached answers an event makes stale. An event without an application concerns every application's. */
export function staleKeys(event: Pick<LiveEvent, "type" | "application" | "subject" | "data">): Key[] {
  const of = (kind: string): Key => (event.application === null ? [kind] : [kind, event.application]);
  switch (event.type) {
    case "execution.status":
      return [keys.execution(event.subject), of("executions"), of("pipelines"), keys.applications, keys.held];
    case "stage.status":
      return [keys.execution(event.subject), of("executions")];
    case "task.status":
    case "stage.waiting":
      return [keys.execution(event.subject), keys.held];
    case "canary.run":
      return [keys.canaryRuns(executionOf(event)), keys.execution(executionOf(event))];
    // An account that begins or stops to answer shows other clusters of every application.
    case "account.changed":
      return [of("clusters"), of("load-balancers"), keys.applications, keys.accounts];
    case "serverGroup.changed":
      return [of("clusters"), of("load-balancers"), keys.applications];
    case "loadBalancer.changed":
      return [of("load-balancers"), of("clusters")];
    case "pipeline.changed":
      return [
        of("pipelines"),
        keys.applications,
        keys.pipeline(event.subject),
        keys.versions(event.subject),
        keys.readiness,
      ];
    case "application.changed":
      return [keys.applications];
    case "engine.pause":
    case "engine.resume":
      return [keys.pauses, keys.held];
    case "freeze.save":
    case "freeze.delete":
    case "freeze.except":
    case "freeze.unexcept":
      return [keys.freezes, keys.held];
    case "project.changed":
      return [keys.projects];
    case "access.breakGlass":
      return [keys.access];
    case "canaryConfig.changed":
      return [keys.canaryConfigs];
    default:
      return [];
  }
}

function executionOf(event: Pick<LiveEvent, "subject" | "data">): string {
  const id = event.data["executionId"];
  return typeof id === "string" ? id : event.subject;
}

/** Keys without those that another key of the list already reaches as its prefix. */
export function withoutCovered(list: readonly Key[]): Key[] {
  const unique = [...new Map(list.map((key) => [JSON.stringify(key), key])).values()];
  return unique.filter(
    (key) => !unique.some((other) => other.length < key.length && other.every((part, index) => part === key[index])),
  );
}
