import { triggerRecord } from "./records.ts";
import { fromJson, mapGet } from "./values.ts";
import type { JavaBean, JavaMap } from "./values.ts";

const BASE = [
  "type",
  "correlationId",
  "user",
  "parameters",
  "artifacts",
  "notifications",
  "rebake",
  "dryRun",
  "strategy",
  "resolvedExpectedArtifacts",
];

/** Fields that a trigger of that type has beside those of all triggers. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  artifactory: ["artifactorySearchName"],
  concourse: ["buildInfo", "team", "pipeline", "jobName", "properties"],
  docker: ["account", "repository", "tag"],
  git: ["source", "project", "branch", "slug", "hash", "action"],
  nexus: ["nexusSearchName"],
  jenkins: ["master", "job", "buildNumber", "propertyFile", "buildInfo", "properties"],
  pipeline: ["parentExecution", "parentPipelineStageId"],
};

/** The trigger as `execution.trigger` shows it: a record with the fields of its type, everything as received in `other`. */
export function triggerBean(trigger: JavaMap, received: Readonly<Record<string, unknown>>): JavaBean {
  const type = typeof received["type"] === "string" ? received["type"].toLowerCase() : "";
  const fields = new Set([...BASE, ...(OWN[type] ?? [])]);
  return {
    kind: "bean",
    type: "com.netflix.spinnaker.orca.pipeline.model.DefaultTrigger",
    json: (nulls) => triggerRecord(received, nulls),
    property: (name) => (name === "other" ? fromJson(received) : fields.has(name) ? mapGet(trigger, name) : undefined),
  };
}
