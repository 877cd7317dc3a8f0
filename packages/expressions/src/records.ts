import { artifactRecord, expectationRecord } from "./artifacts.ts";
import type { ExecutionData, StageData } from "./execution.ts";

type Json = Readonly<Record<string, unknown>>;
type Field = readonly [name: string, value: unknown];

/**
 * How the engine writes its own records: every field in its order. In a result those without a value are left out; `#toJson`
 * writes them as null (`nulls`).
 */
export function record(fields: readonly Field[], nulls: boolean): Record<string, unknown> {
  const written = nulls
    ? fields.map(([name, value]): Field => [name, value ?? null])
    : fields.filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(written);
}

const objectOf = (value: unknown): Json | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An execution; `contextOf` gives a stage's context as it stands. */
export function executionRecord(data: ExecutionData, contextOf: (stage: StageData) => Json, nulls: boolean): Json {
  const { authentication, paused, source, trigger, stages = [] } = data;
  const user = objectOf(authentication);
  const pause = objectOf(paused);
  const origin = objectOf(source);
  return record(
    [
      ["type", data["type"] ?? "PIPELINE"],
      ["id", data.id],
      ["application", data.application],
      ["name", data.name],
      ["buildTime", data["buildTime"]],
      ["canceled", data["canceled"] === true],
      ["canceledBy", data["canceledBy"]],
      ["cancellationReason", data["cancellationReason"]],
      ["limitConcurrent", data["limitConcurrent"] === true],
      ["maxConcurrentExecutions", data["maxConcurrentExecutions"] ?? 0],
      ["keepWaitingPipelines", data["keepWaitingPipelines"] === true],
      ["stages", stages.map((stage) => stageRecord(stage, contextOf(stage), nulls))],
      ["startTime", data["startTime"]],
      ["endTime", data["endTime"]],
      ["startTimeExpiry", data["startTimeExpiry"]],
      ["status", data["status"] ?? "NOT_STARTED"],
      [
        "authentication",
        user === null
          ? null
          : record(
              [
                ["user", user["user"]],
                ["allowedAccounts", user["allowedAccounts"] ?? []],
              ],
              nulls,
            ),
      ],
      ["paused", pause === null ? null : pauseRecord(pause, nulls)],
      ["origin", data["origin"]],
      ["trigger", triggerRecord(trigger ?? {}, nulls)],
      ["description", data["description"]],
      ["pipelineConfigId", data["pipelineConfigId"]],
      [
        "source",
        origin === null
          ? null
          : record(
              ["id", "type", "version"].map((name) => [name, origin[name]]),
              nulls,
            ),
      ],
      ["notifications", data["notifications"] ?? []],
      ["initialConfig", data["initialConfig"] ?? {}],
      ["systemNotifications", data["systemNotifications"] ?? []],
      ["spelEvaluator", data["spelEvaluator"]],
      ["templateVariables", data.templateVariables],
      ["partition", data["partition"]],
    ],
    nulls,
  );
}

function pauseRecord(pause: Json, nulls: boolean): Json {
  const [from, until] = [pause["pauseTime"], pause["resumeTime"]].map((time) =>
    typeof time === "number" ? time : null,
  );
  const names = ["pausedBy", "resumedBy", "pauseTime", "resumeTime"];
  return {
    ...record(
      names.map((name) => [name, pause[name]]),
      nulls,
    ),
    paused: (from ?? null) !== null && (until ?? null) === null,
    pausedMs: typeof from === "number" && typeof until === "number" ? until - from : 0,
  };
}

export function stageRecord(stage: StageData, context: Json, nulls: boolean): Json {
  return record(
    [
      ["id", stage.id],
      ["refId", stage.refId],
      ["type", stage.type],
      ["name", stage.name],
      ["startTime", stage.startTime],
      ["endTime", stage.endTime],
      ["startTimeExpiry", stage["startTimeExpiry"]],
      ["status", stage.status ?? "NOT_STARTED"],
      ["context", context],
      ["outputs", stage.outputs ?? {}],
      ["tasks", listOf(stage["tasks"]).map((task) => taskRecord(task, nulls))],
      ["syntheticStageOwner", stage.syntheticStageOwner],
      ["parentStageId", stage.parentStageId],
      ["requisiteStageRefIds", stage.requisiteStageRefIds ?? []],
      ["scheduledTime", stage["scheduledTime"]],
      ["lastModified", stage["lastModified"]],
      ["additionalMetricTags", stage["additionalMetricTags"]],
    ],
    nulls,
  );
}

export function taskRecord(given: unknown, nulls: boolean): unknown {
  const task = objectOf(given);
  if (task === null) return given;
  const flags = ["stageStart", "stageEnd", "loopStart", "loopEnd"];
  return record(
    [
      ...["id", "implementingClass", "name", "startTime", "endTime"].map((name): Field => [name, task[name]]),
      ["status", task["status"] ?? "NOT_STARTED"],
      ...flags.map((name): Field => [name, task[name] === true]),
      ["taskExceptionDetails", task["taskExceptionDetails"] ?? {}],
    ],
    nulls,
  );
}

/** Fields that a trigger of that type has beside those of all triggers, in their order. */
const ownFields: Readonly<Record<string, readonly string[]>> = {
  artifactory: ["artifactorySearchName"],
  concourse: [],
  docker: ["account", "repository", "tag"],
  git: ["hash", "source", "project", "branch", "slug", "action"],
  jenkins: ["master", "job", "buildNumber", "propertyFile"],
  nexus: ["nexusSearchName"],
  pipeline: ["parentExecution", "parentPipelineStageId"],
};

/** What was received stands in `other` for `#toJson`; in a result it stands over the record's own fields. */
export function triggerRecord(received: Json, nulls: boolean): Json {
  const type = typeof received["type"] === "string" ? received["type"] : "none";
  const kind = type.toLowerCase();
  const flags = ["rebake", "dryRun", "strategy"].map((name): Field => [name, received[name] === true]);
  const builds = kind === "jenkins" || kind === "concourse";
  const fields: Field[] = [
    ["type", type],
    ["correlationId", received["correlationId"]],
    ["user", received["user"] ?? "[anonymous]"],
    ["parameters", received["parameters"] ?? {}],
    ["artifacts", listOf(received["artifacts"]).map((each) => artifactRecord(each, nulls))],
    ["notifications", received["notifications"] ?? []],
    ...(nulls ? [] : flags),
    ...(ownFields[kind] ?? []).map((name): Field => [name, ownField(name, received[name], nulls)]),
    ...(nulls ? [["other", received] as const] : []),
    [
      "resolvedExpectedArtifacts",
      listOf(received["resolvedExpectedArtifacts"]).map((each) => expectationRecord(each, nulls)),
    ],
    ...(builds
      ? [
          ["buildInfo", buildRecord(received["buildInfo"], kind, nulls)] as const,
          ["properties", received["properties"] ?? {}] as const,
        ]
      : []),
    ...(nulls ? flags : []),
  ];
  return nulls ? record(fields, true) : { ...record(fields, false), ...received };
}

function ownField(name: string, value: unknown, nulls: boolean): unknown {
  const parent = name === "parentExecution" ? objectOf(value) : null;
  return parent === null ? value : executionRecord(parent as ExecutionData, (stage) => stage.context ?? {}, nulls);
}

function buildRecord(given: unknown, kind: string, nulls: boolean): unknown {
  const build = objectOf(given);
  if (build === null) return given ?? null;
  const names = ["name", "number", "url", "result", "artifacts", "scm"];
  const full = `${String(build["name"] ?? null)}#${String(build["number"] ?? null)}`;
  return record(
    [
      ...names.map((name): Field => [name, build[name]]),
      ["building", build["building"] === true],
      ...(kind === "jenkins" ? [["timestamp", build["timestamp"]] as const] : []),
      ["fullDisplayName", full],
    ],
    nulls,
  );
}
